//! The closed set of named strategies, for what numbers and tables cannot say.

use std::sync::Arc;

use model::{FeeCategory, Fen, Overflow, Price, Rate};

use super::Title;
use super::condition::{Facts, Number};
use super::span::Span;

/// When an amount is rounded, half up, to the fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RoundingStage {
    /// Each line's parts, then each segment's.
    PerLine,
    /// The bill's parts and each segment's payment; lines stay exact inside.
    PerSegment,
    /// Only the amounts that leave the settlement.
    AtOutput,
}

/// Who gets or bears what rounding leaves over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OddFen {
    /// The fund's payment is rounded, the person has the rest.
    Person,
    /// The person's share is rounded, the fund has the rest.
    Fund,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounding {
    pub(crate) stage: RoundingStage,
    pub(crate) odd_fen: OddFen,
}

/// The first day of the medical year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MedicalYear {
    pub(crate) month: i8,
    pub(crate) day: i8,
}

/// The day on which a person's age is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgeOn {
    Visit,
    MedicalYearStart,
}

/// Where the excess over a price ceiling goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    OverLimit,
    FullySelfPaid,
}

/// Whose catalogue classes the items of care elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CatalogueOf {
    /// That of the region where the person is insured.
    Insurance,
    /// That of the region where the care is given.
    PlaceOfCare,
}

/// How a line is taken whose item is not in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmatched {
    ClassA,
    ClassC,
    Refuse,
}

/// How lines are taken whose items are not in the catalogue.
#[derive(Debug, Clone)]
pub(crate) struct UnmatchedRule {
    /// Those of which nothing else is said.
    pub(crate) taken_as: Unmatched,
    /// Those of some kinds of charge.
    pub(crate) of: Vec<(Vec<FeeCategory>, Unmatched)>,
}

impl UnmatchedRule {
    pub(crate) fn of(&self, category: Option<FeeCategory>) -> Unmatched {
        let found = self.of.iter().find(|(kinds, _)| category.is_some_and(|kind| kinds.contains(&kind)));
        found.map_or(self.taken_as, |(_, taken_as)| *taken_as)
    }
}

/// The steps that a lane may have, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    AccountBand,
    FixedPrice,
    Deductible,
    Share,
    Ceiling,
    Guarantee,
    Layer,
    Account,
}

/// What a lane takes and which steps it has.
#[derive(Debug, Clone)]
pub(crate) struct LaneRule {
    pub(crate) name: String,
    /// The lane whose bills have lines of this one, where this is a lane of items.
    pub(crate) of: Option<String>,
    pub(crate) stages: Vec<Stage>,
}

/// An amount as a share, or a multiple, of a reference amount such as the average wage.
#[derive(Debug, Clone)]
pub(crate) struct ShareOf {
    pub(crate) name: Arc<str>,
    pub(crate) rate: Rate,
}

/// What the person bears before the fund pays anything.
#[derive(Debug, Clone)]
pub(crate) struct Deductible {
    pub(crate) standard: Standard,
    pub(crate) taken_from: TakenFrom,
    pub(crate) span: Span,
    /// The most that all deductibles of a medical year come to.
    pub(crate) most: Option<Most>,
    /// What is owed after a transfer from another hospital.
    pub(crate) after_transfer: Continuation,
    /// Days within which another stay for the same disease is the same stay.
    pub(crate) same_stay_days: Option<u16>,
}

/// What a deductible is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakenFrom {
    /// The fees, before fund and person share what is left.
    Fees,
    /// What the fund would pay of all of them.
    Fund,
}

/// What a deductible comes to before it is changed.
#[derive(Debug, Clone)]
pub(crate) enum Standard {
    /// An amount. Where it is written as a share, the amount on the version's first day.
    Amount(Fen, Option<ShareOf>),
    /// A share of the bill: of all its fees, or of those in scope.
    OfBill(Rate, Base),
}

/// The most that something adds up to.
#[derive(Debug, Clone)]
pub(crate) struct Most {
    pub(crate) limit: Limit,
    pub(crate) span: Span,
}

/// An amount that something is limited to.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    /// Where it is written as a share, the amount on the version's first day.
    pub(crate) amount: Fen,
    pub(crate) share_of: Option<ShareOf>,
    /// What the amount grows by with the years of insurance, and the most that it grows to.
    pub(crate) growth: Option<Growth>,
}

impl Limit {
    /// What it comes to for a person.
    pub(crate) fn of(&self, facts: &Facts) -> Result<Fen, Overflow> {
        let Some(growth) = self.growth else { return Ok(self.amount) };
        let months = u16::try_from(facts.number(Number::InsuredMonths)).unwrap_or(0);
        let years = months.checked_div(12).unwrap_or(0);
        let times = years.saturating_add(1).saturating_sub(growth.from_insured_year);
        let grown = self.amount.plus(growth.per_insured_year.by(times)?)?;
        Ok(grown.min(growth.at_most).max(self.amount))
    }
}

/// What a stay owes that continues an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Continuation {
    /// The standard again.
    Anew,
    /// What the standard exceeds the one that was borne.
    Difference,
    /// Nothing.
    Nothing,
}

/// One change of the deductible's standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandardChange {
    Times(Rate),
    Plus(Fen),
    Minus(Fen),
    /// Once for every stay before this one in the medical year.
    MinusPerAdmission(Fen),
    AtLeast(Fen),
    AtMost(Fen),
}

/// One change of the fund's ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RatioChange {
    FundPlus(Rate),
    FundMinus(Rate),
    /// Once for every full year of age.
    FundPlusPerYearOfAge(Rate),
    FundTimes(Rate),
    PersonTimes(Rate),
    FundAtLeast(Rate),
    FundAtMost(Rate),
}

/// A change with its place in the order of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed<T> {
    pub(crate) place: u8,
    pub(crate) change: T,
}

/// A stretch of the axis with one ratio; the ratios add up to the whole.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Upper end, of the last segment none.
    pub(crate) up_to: Option<Fen>,
    pub(crate) fund: Rate,
    pub(crate) person: Rate,
}

/// How fund and person share what is left after the deductible.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) axis: Span,
    /// Whether the deductible lies on the axis, before the money that is shared.
    pub(crate) axis_includes_deductible: bool,
    pub(crate) segments: Vec<Segment>,
    /// Days within which another stay for the same disease goes on where the earlier one ended on the axis.
    pub(crate) same_stay_days: Option<u16>,
    /// Whether a stay goes on there after a transfer from another hospital.
    pub(crate) goes_on_after_transfer: bool,
}

/// What a ceiling limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limited {
    FundPaid,
    EligibleFees,
}

#[derive(Debug, Clone)]
pub(crate) struct Ceiling {
    pub(crate) limits: Limited,
    pub(crate) most: Most,
    /// How the amounts of several diseases of one person become one.
    pub(crate) several: Several,
    /// Why it is not known what holds above the amount, where the ceiling is known only to be no lower.
    pub(crate) unknown_above: Option<Title>,
    /// Whether the deductible counts as shared fees do; of ceilings of fees alone.
    pub(crate) includes_deductible: bool,
}

/// How a limit grows with the years of insurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Growth {
    pub(crate) per_insured_year: Fen,
    /// The full year of insurance for which it grows first.
    pub(crate) from_insured_year: u16,
    pub(crate) at_most: Fen,
}

/// How the ceilings of several diseases, for which a person is registered, become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Several {
    /// Each disease has its own.
    Apart,
    /// The highest.
    Highest,
    /// The highest and half of the next.
    HighestAndHalfOfNext,
    /// The highest and half of every other.
    HighestAndHalfOfOthers,
    /// All together.
    Sum,
}

/// What the price of a case is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CasePrice {
    /// The same however long the stay.
    Whole(Fen),
    /// Of every day of the stay (床日), in stretches: up to which day of it, and the price of a day.
    PerDay(Vec<(Option<u16>, Fen)>),
}

impl CasePrice {
    /// The price of a case that has lasted so many days; a visit counts as one.
    pub(crate) fn of(&self, days: u16) -> Result<Fen, Overflow> {
        let stretches = match self {
            Self::Whole(price) => return Ok(*price),
            Self::PerDay(stretches) => stretches,
        };
        let (mut whole, mut before) = (Fen::ZERO, 0);
        for (up_to, price) in stretches {
            let until = up_to.map_or(days, |up_to| up_to.min(days));
            whole = whole.plus(price.by(until.saturating_sub(before))?)?;
            before = until.max(before);
        }
        Ok(whole)
    }
}

/// A price for the whole case, whatever the fees: the hospital bears what is beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FixedPrice {
    pub(crate) price: CasePrice,
    /// Where what lies within the price adds up over the bills of a stay.
    pub(crate) span: Span,
    /// What it is the price of: what is in scope of the catalogue, or all fees, whatever the catalogue says of them.
    pub(crate) covers: Base,
}

/// What a guaranteed minimum is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    InScope,
    Total,
}

/// The least share that the fund pays (保底).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guarantee {
    pub(crate) of: Base,
    pub(crate) fund: Rate,
}

/// Which amount of the split a layer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayerFund {
    Catastrophic,
    LargeSum,
    CivilServant,
    Enterprise,
    MedicalAid,
    Other,
}

/// From where on the ends of a layer's segments are measured as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SegmentsFrom {
    Zero,
    Start,
}

/// A fund that pays of what is left to the person: over the ceiling, or of the burden that has accumulated.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) pays: LayerFund,
    /// Which layer pays first.
    pub(crate) place: u8,
    /// The parts that count, in the order in which they are relieved.
    pub(crate) covers: Vec<Component>,
    /// What of the burden is the person's before the layer begins. Where it is written as a share, the amount on the
    /// version's first day.
    pub(crate) start: Fen,
    pub(crate) start_share_of: Option<ShareOf>,
    pub(crate) axis: Span,
    /// Stretches of the burden, measured from zero; below the start nothing is paid.
    pub(crate) segments: Vec<Segment>,
    /// Whether segments are written as stretches above the start. The compiled layer has them measured from zero.
    pub(crate) segments_from: SegmentsFrom,
    /// Why it is not known what is paid above the start, where only the start is known.
    pub(crate) unknown_above: Option<Title>,
    /// The most that the layer pays.
    pub(crate) most: Option<Most>,
    /// Whether it pays once, when the medical year has ended, and not with the bill (年终结算).
    pub(crate) paid_at_year_end: bool,
}

/// What a line's item costs the person first, whatever the catalogue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirstSelfPay {
    pub(crate) rate: Rate,
}

/// The highest unit price in scope of a kind of item, over the ceiling of the item itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PriceLimit {
    pub(crate) price: Price,
}

/// Bands of the unit price, each with the share of it that the person pays first.
#[derive(Debug, Clone)]
pub(crate) struct PriceBands {
    pub(crate) bands: Vec<PriceBand>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PriceBand {
    pub(crate) up_to: Option<Price>,
    pub(crate) first_self_pay: Rate,
}

/// A share of what is in scope that the person pays before everything else, for care elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrontPayment {
    pub(crate) rate: Rate,
}

/// Which date a stay over the end of the medical year belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crossing {
    /// The day of settlement, for the whole stay.
    Settlement,
    /// The day of discharge, for the whole stay.
    Discharge,
    /// Every fee to its own day: the stay is cut at the end of the year.
    Fee,
}

/// The day whose version of the policy settles a stay, where it is not that of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RulesOf {
    /// The day of admission.
    Admission,
    /// The day of discharge.
    Discharge,
    /// The day of settlement.
    Settlement,
    /// Every fee's own day: the stay is cut where a new version begins.
    Fee,
}

/// How stays are cut into bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StayRule {
    pub(crate) crossing: Crossing,
    /// Which version of the policy settles the stay; none where each bill is settled by that of its own day.
    pub(crate) rules_of: Option<RulesOf>,
    /// Whether the part in the new year owes a deductible of its own.
    pub(crate) new_year_deductible: bool,
    /// Whether segments go on over the end of the year.
    pub(crate) ladder_continues: bool,
    /// Days after which a stay begins anew as the next one.
    pub(crate) period_days: Option<u16>,
    /// Whether a stay may be settled before its end.
    pub(crate) interim: bool,
}

/// What a reversal does about later settlements that were computed on top of the one that is reversed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaterSettlements {
    /// They stand as they were computed.
    Stand,
    /// The reversal is refused while there are any.
    Refuse,
    /// They are reversed too, the latest first.
    Unwind,
}

/// The purses that pay for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountKind {
    CurrentYear,
    PreviousYears,
    /// The account of a relative (家庭共济).
    MutualAid,
}

/// What becomes of the account band when the person declines to use the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declined {
    /// The band stays where it is, and the person pays it in cash.
    Hold,
    /// There is no band: the next step takes the whole amount.
    Skip,
}

/// The account pays in-scope money before the deductible.
#[derive(Debug, Clone)]
pub(crate) struct AccountBand {
    pub(crate) account: AccountKind,
    pub(crate) when_declined: Declined,
    /// What must stay in the account.
    pub(crate) keeps: Fen,
}

/// Parts of the person's share that an account may pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Component {
    FullySelfPaid,
    OverLimit,
    FirstSelfPaid,
    Deductible,
    CoPayment,
    AboveCeiling,
}

impl Component {
    /// All of them.
    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::FullySelfPaid,
        Self::OverLimit,
        Self::FirstSelfPaid,
        Self::Deductible,
        Self::CoPayment,
        Self::AboveCeiling,
    ];
    /// How many there are.
    pub(crate) const COUNT: usize = 6;

    /// Place in an array of all components.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::FullySelfPaid => 0,
            Self::OverLimit => 1,
            Self::FirstSelfPaid => 2,
            Self::Deductible => 3,
            Self::CoPayment => 4,
            Self::AboveCeiling => 5,
        }
    }
}

/// The account pays parts of the person's share.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) account: AccountKind,
    /// Whether it pays before the funds above the pool, which then share what it leaves; otherwise it pays at the end.
    pub(crate) before_layers: bool,
    /// Which account pays first.
    pub(crate) place: u8,
    /// The parts, in the order in which they are paid.
    pub(crate) pays: Vec<Component>,
    /// What must stay in the account.
    pub(crate) keeps: Fen,
}

impl Account {
    /// Whether there is anything that it may pay.
    pub(crate) const fn pays_anything(&self) -> bool {
        !self.pays.is_empty()
    }

    /// The parts that it is asked for: where it may pay nothing, all of them.
    pub(crate) fn asked_for(&self) -> &[Component] {
        if self.pays_anything() { &self.pays } else { &Component::ALL }
    }
}
