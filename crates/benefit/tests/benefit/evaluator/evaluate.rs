//! The obvious evaluator: who pays what, step by step as the text has them, in fractions.

use std::collections::BTreeMap;

use super::bill::{PlainBill, PlainLine, borne, key};
use super::fraction::{Fraction, NOTHING, fraction, percent, whole};
use super::policy::{Per, PlainPolicy};

/// Every amount in fen, in the order of the split, and what is added to the sums.
pub struct Outcome {
    pub amounts: [i64; 21],
    pub added: BTreeMap<String, i64>,
}

fn yuan(yuan: i64) -> Fraction {
    whole(yuan * 100)
}

/// Rounds every part; those named first take what is left over of the total, none falling below zero.
fn shared_out<const N: usize>(total: i64, parts: [Fraction; N], takers: [usize; N]) -> [i64; N] {
    let mut rounded = parts.map(Fraction::rounded);
    let mut left = total - rounded.iter().sum::<i64>();
    for taker in takers {
        let with = rounded[taker] + left;
        rounded[taker] = with.max(0);
        left = with.min(0);
    }
    rounded
}

/// One settlement at work.
struct Work<'a> {
    policy: &'a PlainPolicy,
    bill: &'a PlainBill,
    /// What this bill has added so far, by key; sums of the bill alone under `here`.
    added: BTreeMap<String, i64>,
    here: BTreeMap<String, i64>,
}

/// What the catalogue makes of lines.
#[derive(Clone, Copy)]
struct Divided {
    total: i64,
    parts: [Fraction; 4],
    fen: [i64; 4],
}

/// What the pool makes of what is in scope: band, deductible, co-payment, above the ceiling, fund, hospital.
struct Pooled {
    exact: [Fraction; 6],
    fen: [i64; 6],
}

impl Work<'_> {
    fn per_line(&self) -> bool {
        self.policy.stage == 0
    }

    fn per_segment(&self) -> bool {
        self.policy.stage <= 1
    }

    fn before(&self, per: Per, name: &str) -> Fraction {
        match key(per, name) {
            None => whole(self.here.get(name).copied().unwrap_or(0)),
            Some(key) => self.before_key(&key),
        }
    }

    fn before_key(&self, key: &str) -> Fraction {
        let kept: i64 = self.bill.before.iter().filter(|(name, _)| name == key).map(|(_, fen)| fen).sum();
        whole(kept + self.added.get(key).copied().unwrap_or(0))
    }

    fn add(&mut self, per: Per, name: &str, fen: i64) {
        match key(per, name) {
            None => *self.here.entry(name.to_owned()).or_default() += fen,
            Some(key) => *self.added.entry(key).or_default() += fen,
        }
    }

    /// Fully self-paid, over the limit, first self-paid, in scope of one line.
    fn line(&self, line: &PlainLine) -> [Fraction; 4] {
        let policy = self.policy;
        let amount = whole(line.amount());
        let refused =
            line.matched && (line.limited && line.approved != Some(true) || line.approved == Some(false));
        if refused || line.matched && line.class == 2 || !line.matched && !policy.unmatched_is_a {
            return [amount, NOTHING, NOTHING, NOTHING];
        }
        let own = line.ceiling.filter(|_| line.matched);
        let limited =
            |(_, of_a): &(i64, bool)| line.matched && line.category == 1 && (!of_a || line.class == 0);
        let of_beds = policy.bed_price.filter(limited).map(|(price, _)| price * 1_000_000);
        let ceiling = [own, of_beds].into_iter().flatten().min();
        let base = match ceiling {
            Some(ceiling) if line.price > ceiling => {
                let capped = fraction(i128::from(ceiling) * i128::from(line.quantity), 100_000_000);
                capped.rounded_if(self.per_line()).least(amount)
            }
            _ => amount,
        };
        let excess = amount - base;
        let graded = policy.graded.filter(|_| line.matched && line.group == 1);
        let first = match graded {
            Some(shares) => {
                let counted = ceiling.map_or(line.price, |ceiling| ceiling.min(line.price));
                let price = fraction(i128::from(counted), 10_000);
                let pieces = fraction(i128::from(line.quantity), 10_000);
                let (low, high) = (yuan(1_000), yuan(5_000));
                let widths =
                    [price.least(low), price.least(high) - price.least(low), price - price.least(high)];
                let each = widths[0] * percent(shares[0])
                    + widths[1] * percent(shares[1])
                    + widths[2] * percent(shares[2]);
                (each * pieces).least(base)
            }
            None if line.matched && line.class == 1 => {
                let of_materials = policy.first_of_materials.filter(|_| line.category == 2);
                base * percent(of_materials.unwrap_or(line.first_percent))
            }
            None => NOTHING,
        };
        let first = first.rounded_if(self.per_line());
        let left = base - first;
        let front = policy.front.filter(|_| self.bill.elsewhere && !self.bill.filed).unwrap_or(0);
        let front = (left * percent(front)).rounded_if(self.per_line());
        let (over, own) = if policy.excess_is_over_limit { (excess, NOTHING) } else { (NOTHING, excess) };
        [own, over, first + front, left - front]
    }

    fn divide(&self, special: bool) -> Divided {
        let mut divided = Divided { total: 0, parts: [NOTHING; 4], fen: [0; 4] };
        for line in &self.bill.lines {
            let is_special = self.policy.special.is_some() && line.matched && line.group == 2;
            if is_special == special {
                divided.total += line.amount();
                for (sum, part) in divided.parts.iter_mut().zip(self.line(line)) {
                    *sum = *sum + part;
                }
            }
        }
        divided.fen = shared_out(divided.total, divided.parts, [3, 2, 1, 0]);
        divided
    }

    fn in_scope(&self, divided: &Divided) -> Fraction {
        if self.per_segment() { whole(divided.fen[3]) } else { divided.parts[3] }
    }

    /// What the person bears first of the fees of one lane.
    fn deductible(&self, divided: &Divided, hospital: Fraction, rest: Fraction) -> Fraction {
        let policy = self.policy;
        let mut standard = match policy.deductible_of_bill {
            Some((of_total, share)) => {
                let fees = if of_total { whole(divided.total) } else { self.in_scope(divided) };
                ((fees - hospital) * percent(share)).rounded()
            }
            None => policy.deductible[usize::from(!self.bill.tertiary)] * 100,
        };
        if let Some(times) = policy.poor_times.filter(|_| self.bill.poor) {
            standard = (whole(standard) * percent(times)).rounded();
        }
        if let Some(minus) = policy.minus_per_admission {
            standard = (standard - minus * 100 * (self.bill.admission - 1)).max(0);
        }
        standard = standard.max(policy.deductible_at_least.unwrap_or(0) * 100);
        let by_bill = policy.deductible_of_bill.is_some();
        let mut borne = if by_bill { NOTHING } else { self.before(policy.deductible_per, &self.borne()) };
        if let Some(earlier) = self.bill.earlier.as_ref().filter(|_| !by_bill) {
            let within = policy.same_stay_days.is_some_and(|days| earlier.days_before <= days);
            let of_one_stay = by_bill || matches!(policy.deductible_per, Per::Visit | Per::Stay);
            let borne_there = if of_one_stay { whole(earlier.deductible) } else { NOTHING };
            if earlier.transfer && policy.after_transfer == 2 {
                return NOTHING;
            }
            if earlier.transfer && policy.after_transfer == 1
                || !earlier.transfer && within && earlier.same_disease
            {
                borne = borne + borne_there;
            }
        }
        let mut due = (whole(standard) - borne).not_negative();
        if let Some(most) = policy.deductibles_most {
            due = due.least((yuan(most) - self.before(Per::Year, "all-borne")).not_negative());
        }
        rest.least(due)
    }

    /// Where the segments go on that continue those of an earlier stay.
    fn shared_in_earlier_stay(&self, axis: Per) -> Fraction {
        let Some(earlier) = self.bill.earlier.as_ref().filter(|_| matches!(axis, Per::Visit | Per::Stay))
        else {
            return NOTHING;
        };
        let returns = self.policy.segments_same_stay_days.is_some_and(|days| earlier.days_before <= days);
        let goes_on = if earlier.transfer {
            self.policy.segments_after_transfer
        } else {
            returns && earlier.same_disease
        };
        if goes_on { whole(earlier.shared) } else { NOTHING }
    }

    /// Adds what was borne of a deductible to the sums that count it.
    fn bear(&mut self, fen: i64) {
        if self.policy.deductible_of_bill.is_none() {
            self.add(self.policy.deductible_per, &self.borne(), fen);
        }
        if self.policy.deductibles_most.is_some() {
            self.add(Per::Year, "all-borne", fen);
        }
    }

    /// What the sum of the deductible is called.
    fn borne(&self) -> String {
        borne(self.policy, self.bill.tumour, self.bill.hospital)
    }

    /// Full months of insurance.
    fn insured_months(&self) -> i64 {
        self.bill.insured_months.0 - i64::from(self.bill.insured_months.1)
    }

    /// The yearly ceiling after the years of insurance.
    fn yearly_fund(&self) -> Option<Fraction> {
        let amount = self.policy.yearly_fund?;
        let grown = self.policy.growth.map(|[every, from, more]| {
            let years = (self.insured_months() / 12 - from + 1).max(0);
            (every * years).min(more)
        });
        Some(yuan(amount + grown.unwrap_or(0)))
    }

    /// The fund's ratio of a segment after everything that changes it.
    fn ratio(&self, share: i64) -> Fraction {
        let (policy, bill) = (self.policy, self.bill);
        let within = |ratio: Fraction| ratio.least(whole(1)).not_negative();
        let mut ratio = percent(share);
        if bill.retired {
            ratio = within(ratio + percent(policy.retired_plus.unwrap_or(0)));
        }
        if bill.elsewhere && !bill.filed {
            ratio = within(ratio - percent(policy.unfiled_minus.unwrap_or(0)));
        }
        if let Some(times) = policy.retired_person_times.filter(|_| bill.retired) {
            ratio = whole(1) - (whole(1) - ratio) * percent(times);
        }
        if let Some(tenths) = policy.per_year_of_age {
            ratio = within(ratio + fraction(i128::from(tenths * bill.age), 1_000));
        }
        if policy.waiting_months.is_some_and(|months| self.insured_months() < months) {
            ratio = ratio * percent(50);
        }
        ratio
    }

    /// What the fund pays of `entering`, and how much of it the fund takes part in.
    fn share(
        &self,
        mut position: Fraction,
        entering: Fraction,
        left: Option<Fraction>,
    ) -> (Fraction, Fraction) {
        let (mut fund, mut entered, mut rest) = (NOTHING, NOTHING, entering);
        for (index, share) in self.policy.shares.iter().enumerate() {
            let end = self.policy.ends.get(index).map(|end| yuan(*end));
            let part = end.map_or(rest, |end| (end - position).not_negative().least(rest));
            let ratio = self.ratio(*share);
            let paid = if self.policy.odd_fen_to_fund {
                part - (part * (whole(1) - ratio)).rounded_if(self.per_segment())
            } else {
                (part * ratio).rounded_if(self.per_segment())
            };
            if let Some(left) = left.filter(|left| (fund + paid).is_more_than(*left)) {
                let may = left - fund;
                let taken = (may / ratio).rounded_if(self.per_segment()).most(may).least(part);
                return (left, entered + taken);
            }
            fund = fund + paid;
            entered = entered + part;
            rest = rest - part;
            position = position + part;
        }
        (fund, entered)
    }

    fn main(&mut self, divided: &Divided) -> Pooled {
        let (policy, bill) = (self.policy, self.bill);
        let mut rest = self.in_scope(divided);
        let band = match policy.band {
            Some(hold) if bill.use_account || hold => rest.least(whole(spendable(policy, bill, 0))),
            _ => NOTHING,
        };
        rest = rest - band;
        let hospital = match policy.fixed_price.filter(|_| bill.tumour) {
            Some((price, per_day)) => {
                let price = yuan(if per_day { price * bill.days } else { price });
                (rest - (price - whole(band.rounded())).not_negative()).not_negative()
            }
            None => NOTHING,
        };
        rest = rest - hospital;
        let mut deductible = self.deductible(divided, hospital, rest);
        let from_fund = policy.deductible_from_fund;
        if !from_fund {
            rest = rest - deductible;
        }
        let fees_left =
            policy.monthly_fees.map(|most| (yuan(most) - self.before(Per::Month, "fees")).not_negative());
        let fund_left = self.yearly_fund().map(|most| (most - self.before(Per::Year, "paid")).not_negative());
        let entering = fees_left.map_or(rest, |left| rest.least(left));
        let axis = if policy.ends.is_empty() { Per::Visit } else { policy.axis };
        let includes = policy.axis_includes_deductible && !policy.ends.is_empty();
        let position = if policy.ends.is_empty() {
            NOTHING
        } else {
            self.before(axis, "position") + self.shared_in_earlier_stay(axis)
        };
        let position = if includes && !from_fund { position + deductible } else { position };
        let most = fund_left.map(|left| if from_fund { left + deductible } else { left });
        let (mut fund, entered) = self.share(position, entering, most);
        let mut co_payment = entered - fund;
        if from_fund {
            deductible = deductible.least(fund);
            fund = fund - deductible;
        }
        let above = rest - entered;
        if let Some((of_total, share)) = policy.guarantee {
            let base = if of_total { whole(divided.total) } else { self.in_scope(divided) };
            let base = base - hospital;
            let least = (base * percent(share)).rounded_if(self.per_segment());
            let target = fund_left.map_or(least, |left| least.least(left));
            let added = (target - fund).not_negative().least(co_payment + deductible);
            let off = added.least(co_payment);
            fund = fund + added;
            co_payment = co_payment - off;
            deductible = deductible - (added - off);
        }
        let exact = [band, deductible, co_payment, above, fund, hospital];
        let pooled = self.rounded(exact, divided.fen[3], fund_left);
        let [_, deductible, co_payment, _, fund, _] = pooled.fen;
        self.bear(deductible);
        if !policy.ends.is_empty() {
            self.add(
                axis,
                "position",
                fund + co_payment + if includes || from_fund { deductible } else { 0 },
            );
        }
        if policy.yearly_fund.is_some() {
            self.add(Per::Year, "paid", fund);
        }
        if policy.monthly_fees.is_some() {
            self.add(Per::Month, "fees", fund + co_payment + if from_fund { deductible } else { 0 });
        }
        pooled
    }

    fn special(&mut self, divided: &Divided) -> Pooled {
        let (share, shares_deductible) = self.policy.special.unwrap_or((0, false));
        let rest = self.in_scope(divided);
        let mut deductible =
            if shares_deductible { self.deductible(divided, NOTHING, rest) } else { NOTHING };
        let from_fund = self.policy.deductible_from_fund;
        let shared = if from_fund { rest } else { rest - deductible };
        let fund = if self.policy.odd_fen_to_fund {
            shared - (shared * (whole(1) - percent(share))).rounded_if(self.per_segment())
        } else {
            (shared * percent(share)).rounded_if(self.per_segment())
        };
        let co_payment = shared - fund;
        let mut fund = fund;
        if from_fund {
            deductible = deductible.least(fund);
            fund = fund - deductible;
        }
        let exact = [NOTHING, deductible, co_payment, NOTHING, fund, NOTHING];
        let pooled = self.rounded(exact, divided.fen[3], None);
        if shares_deductible {
            self.bear(pooled.fen[1]);
        }
        pooled
    }

    /// In whole fen: the fund has the odd one where the policy says so and its ceiling is not passed by it.
    fn rounded(&self, exact: [Fraction; 6], in_scope: i64, fund_left: Option<Fraction>) -> Pooled {
        let person_has_it = shared_out(in_scope, exact, [2, 3, 1, 0, 4, 5]);
        let fund_has_it = shared_out(in_scope, exact, [4, 2, 3, 1, 0, 5]);
        let passed = fund_left.is_some_and(|left| whole(fund_has_it[4]).is_more_than(left));
        let fen = if self.policy.odd_fen_to_fund && !passed { fund_has_it } else { person_has_it };
        Pooled { exact, fen }
    }

    /// What the fund of special items pays of their co-payment and first self-payment.
    fn special_fund(&mut self, (start, share): (i64, i64), open: &mut [(Fraction, i64); 6]) -> i64 {
        const PARTS: [usize; 2] = [4, 2];
        let base = open[4].0 + open[2].0;
        let position = self.before(Per::Year, "special-burden");
        let above = (position + base) - position.most(yuan(start));
        let paid = (above.not_negative() * percent(share)).rounded_if(self.per_segment());
        let fen = paid.rounded().min(open[4].1 + open[2].1);
        self.add(Per::Year, "special-burden", base.rounded());
        relieve(open, &PARTS, paid, fen);
        fen
    }

    /// What each layer pays of what is left.
    fn layers(&mut self, open: &mut [(Fraction, i64); 6]) -> [i64; 6] {
        let mut paid_by = [0; 6];
        for (index, layer) in self.policy.layers.iter().enumerate() {
            let (burden, most) = (format!("burden-{}", index + 1), format!("most-{}", index + 1));
            let base = layer.covers.iter().fold(NOTHING, |sum, part| sum + open[*part].0);
            let fen: i64 = layer.covers.iter().map(|part| open[*part].1).sum();
            let position = if layer.yearly { self.before_key(&burden) } else { NOTHING };
            let end = position + base;
            let mut left = layer.most.map(|amount| (yuan(amount) - self.before_key(&most)).not_negative());
            let mut paid = NOTHING;
            let mut from = position.most(yuan(layer.start));
            for (until, share) in [(end.least(yuan(layer.bend)), layer.shares[0]), (end, layer.shares[1])] {
                if until.is_more_than(from) {
                    let due = ((until - from) * percent(share)).rounded_if(self.per_segment());
                    let payment = left.map_or(due, |left| due.least(left));
                    left = left.map(|left| left - payment);
                    paid = paid + payment;
                    from = until;
                }
            }
            let whole_paid = paid.rounded().min(fen);
            if layer.yearly {
                *self.added.entry(burden).or_default() += base.rounded();
            }
            if layer.most.is_some() {
                *self.added.entry(most).or_default() += whole_paid;
            }
            relieve(open, &layer.covers, paid, whole_paid);
            paid_by[layer.fund] += whole_paid;
        }
        if let Some(covers) = &self.policy.year_end {
            let base = covers.iter().fold(NOTHING, |sum, part| sum + open[*part].0);
            self.add(Per::Year, "year-end", base.rounded());
        }
        paid_by
    }
}

/// What a purse may pay.
fn spendable(policy: &PlainPolicy, bill: &PlainBill, purse: usize) -> i64 {
    ([bill.current, bill.previous, bill.relative][purse] - policy.keeps[purse] * 100).max(0)
}

/// Takes a payment off the parts, in their order; gives what is left of it.
fn relieve(
    open: &mut [(Fraction, i64); 6],
    parts: &[usize],
    mut exact: Fraction,
    mut fen: i64,
) -> (Fraction, i64) {
    for part in parts {
        let (off, off_fen) = (exact.least(open[*part].0.not_negative()), fen.min(open[*part].1));
        open[*part] = (open[*part].0 - off, open[*part].1 - off_fen);
        exact = exact - off;
        fen -= off_fen;
    }
    (exact, fen)
}

/// What the accounts pay of what is left of both lanes, part by part: those before the layers or those at the end.
fn pay_from_accounts(
    policy: &PlainPolicy,
    bill: &PlainBill,
    before: bool,
    lanes: &mut [[(Fraction, i64); 6]; 2],
    purses: &mut [i64; 3],
) {
    for (index, purse) in purses.iter_mut().enumerate() {
        let account = policy.accounts[index].as_ref().filter(|_| bill.use_account);
        if let Some(parts) = account.filter(|_| policy.accounts_before[index] == before) {
            let owed: i64 = parts.iter().map(|part| lanes[0][*part].1 + lanes[1][*part].1).sum();
            let paid = owed.min(spendable(policy, bill, index) - *purse);
            let (mut exact, mut fen) = (whole(paid), paid);
            for part in parts {
                for open in &mut *lanes {
                    (exact, fen) = relieve(open, &[*part], exact, fen);
                }
            }
            *purse += paid;
        }
    }
}

/// Who pays what of a bill by a policy.
pub fn evaluate(policy: &PlainPolicy, bill: &PlainBill) -> Outcome {
    let mut work = Work { policy, bill, added: BTreeMap::new(), here: BTreeMap::new() };
    let (main, special) = (work.divide(false), work.divide(true));
    let pools = [work.main(&main), work.special(&special)];
    let both = |part: usize| pools[0].fen[part] + pools[1].fen[part];
    let left = |divided: &Divided, pool: &Pooled| {
        let mut open = [(NOTHING, 0); 6];
        for (index, place) in open.iter_mut().enumerate() {
            *place = if index < 3 {
                (divided.parts[index], divided.fen[index])
            } else {
                (pool.exact[index - 2], pool.fen[index - 2])
            };
            if work.per_segment() {
                place.0 = whole(place.1);
            }
        }
        open
    };
    let mut lanes = [left(&main, &pools[0]), left(&special, &pools[1])];
    let own_fund = policy.special.and(policy.special_fund);
    if own_fund.is_none() {
        let [open, other] = &mut lanes;
        for (place, other) in open.iter_mut().zip(other) {
            *place = (place.0 + other.0, place.1 + other.1);
            *other = (NOTHING, 0);
        }
    }
    let band = both(0);
    let mut purses = [0; 3];
    purses[0] = if bill.use_account { band } else { 0 };
    pay_from_accounts(policy, bill, true, &mut lanes, &mut purses);
    let mut funds = work.layers(&mut lanes[0]);
    if let Some(fund) = own_fund {
        funds[0] += work.special_fund(fund, &mut lanes[1]);
    }
    pay_from_accounts(policy, bill, false, &mut lanes, &mut purses);
    let total = main.total + special.total;
    let cash = total - both(4) - both(5) - funds.iter().sum::<i64>() - purses.iter().sum::<i64>();
    let catalogue = |part: usize| main.fen[part] + special.fen[part];
    let amounts = [
        total,
        catalogue(0),
        catalogue(1),
        catalogue(2),
        catalogue(3),
        band,
        both(1),
        both(2),
        both(3),
        both(4),
        funds[0],
        funds[1],
        funds[2],
        funds[3],
        funds[4],
        funds[5],
        both(5),
        purses[0],
        purses[1],
        purses[2],
        cash,
    ];
    Outcome { amounts, added: kept(bill, work.added) }
}

/// What is kept of the sums: those of a stay only while bills of it may follow; the last bill clears them.
fn kept(bill: &PlainBill, mut added: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    if !bill.interim {
        added.retain(|key, _| !key.contains('@'));
        for (key, amount) in bill.before.iter().filter(|(key, _)| key.contains('@')) {
            added.insert(key.clone(), -amount);
        }
    }
    added.retain(|_, amount| *amount != 0);
    added
}
