//! Reads the rules of the pool and of the layers above it: deductible, segments, ceilings.

use model::{Fen, Rate};

use super::reason;
use crate::form;
use crate::policy::Title;
use crate::policy::span::{Period, Span};
use crate::policy::strategy::{
    Ceiling, Continuation, Deductible, Growth, Layer, Limit, Limited, Most, Placed, RatioChange, Segment,
    SegmentsFrom, Several, Share, ShareOf, Standard, StandardChange, TakenFrom,
};
use crate::reader::{Form, Reader};

/// Reads over which time something adds up, and where the sum is kept.
fn span(reader: &mut Reader<'_>, key: &'static str, accumulator: &'static str) -> Option<Span> {
    let period = reader.need(key, form::word::<Period>);
    let by_disease = reader.maybe("each_disease", form::truth).unwrap_or(false);
    let accumulator = match period {
        Some(Period::Visit) | None => reader.maybe(accumulator, form::name),
        Some(_) => Some(reader.need(accumulator, form::name)?),
    };
    Some(Span { period: period?, accumulator: accumulator.map(Into::into), by_disease, by_hospital: false })
}

/// Reads an amount that is written in yuan or as a share of a reference amount.
pub(super) fn amount_or_share(reader: &mut Reader<'_>, key: &'static str) -> Option<(Fen, Option<ShareOf>)> {
    if !reader.has("share_of") {
        return reader.need(key, form::amount).map(|amount| (amount, None));
    }
    let name = reader.need("share_of", form::name);
    let rate = reader.need(key, form::multiple);
    Some((Fen::ZERO, Some(ShareOf { name: name?.into(), rate: rate? })))
}

/// Reads how a limit grows with the years of insurance: `Some(None)` where it does not, nothing where that is wrong.
fn growth(reader: &mut Reader<'_>) -> Option<Option<Growth>> {
    const KEYS: [&str; 3] = ["per_insured_year", "from_insured_year", "at_most"];
    if !KEYS.into_iter().any(|key| reader.was_given(key)) {
        return Some(None);
    }
    let per_insured_year = reader.need("per_insured_year", form::amount);
    let from_insured_year = reader.need("from_insured_year", form::count);
    let at_most = reader.need("at_most", form::amount);
    if per_insured_year.is_some_and(Fen::is_zero) {
        reader.place.report(reader.line_of("per_insured_year"), "with nothing a year it never grows", None);
    }
    Some(Some(Growth {
        per_insured_year: per_insured_year?,
        from_insured_year: from_insured_year?,
        at_most: at_most?,
    }))
}

/// Reads an amount that something is limited to, and how it grows with the years of insurance.
fn limit(reader: &mut Reader<'_>) -> Option<Limit> {
    let amount = amount_or_share(reader, "amount");
    let growth = growth(reader);
    let (amount, share_of) = amount?;
    Some(Limit { amount, share_of, growth: growth? })
}

/// Reads a table of the most that something adds up to.
fn most(reader: &mut Reader<'_>) -> Option<Option<Most>> {
    let Some(mut most) = reader.maybe_table("most") else { return Some(None) };
    let limit = limit(&mut most);
    let span = span(&mut most, "per", "accumulator");
    most.finish();
    Some(Some(Most { limit: limit?, span: span? }))
}

/// Reads what a deductible comes to: an amount, a share of a reference, or a share of the bill.
fn standard(reader: &mut Reader<'_>) -> Option<Standard> {
    if reader.has("share_of_bill") {
        let of = reader.need("share_of_bill", form::word);
        let rate = reader.need("standard", form::rate);
        return Some(Standard::OfBill(rate?, of?));
    }
    amount_or_share(reader, "standard").map(|(amount, share_of)| Standard::Amount(amount, share_of))
}

pub(super) fn deductible(reader: &mut Reader<'_>) -> Option<Deductible> {
    let standard = standard(reader);
    let by_hospital = reader.maybe("each_hospital", form::truth).unwrap_or(false);
    let span = span(reader, "per", "accumulator").map(|span| Span { by_hospital, ..span });
    let after_transfer = reader.maybe("after_transfer", form::word).unwrap_or(Continuation::Anew);
    let same_stay_days = reader.maybe("same_stay_days", form::count);
    if matches!(standard, Some(Standard::OfBill(..)))
        && span.as_ref().is_some_and(|span| span.period != Period::Visit || span.accumulator.is_some())
    {
        reader.report(
            "a share of the bill is of that bill alone",
            Some("write per = \"visit\" without 'accumulator'"),
        );
    }
    let of_bill = matches!(standard, Some(Standard::OfBill(..)));
    let of_stays = ["after_transfer", "same_stay_days"].into_iter().find(|key| reader.was_given(key));
    if let Some(key) = of_stays.filter(|_| of_bill) {
        let message =
            format!("a share of the bill owes no difference to an earlier stay, so '{key}' is of no use");
        reader.place.report(reader.line_of(key), message, None);
    }
    let most = most(reader);
    let longer = |most: &Most| most.span.period == Period::MedicalYear && !most.span.by_disease;
    if let Some(Some(most)) = &most
        && !longer(most)
    {
        reader.report(
            "the most of all deductibles adds up over the medical year",
            Some("write per = \"medical_year\" in 'most', without 'each_disease'"),
        );
    }
    let taken_from = reader.maybe("taken_from", form::word).unwrap_or(TakenFrom::Fees);
    Some(Deductible {
        standard: standard?,
        taken_from,
        span: span?,
        most: most?,
        after_transfer,
        same_stay_days,
    })
}

/// Reads the one change that a rule names.
fn change<T>(
    reader: &mut Reader<'_>,
    found: impl IntoIterator<Item = Option<T>>,
    keys: &str,
) -> Option<Placed<T>> {
    let place = reader.need("place", form::place);
    let mut found = found.into_iter().flatten();
    match (found.next(), found.next()) {
        (Some(change), None) => Some(Placed { place: place?, change }),
        _ => {
            reader.report(format!("{} names exactly one change", reader.name), Some(keys));
            None
        }
    }
}

pub(super) fn standard_change(reader: &mut Reader<'_>) -> Option<Placed<StandardChange>> {
    let found = [
        reader.maybe("times", form::multiple).map(StandardChange::Times),
        reader.maybe("plus", form::amount).map(StandardChange::Plus),
        reader.maybe("minus", form::amount).map(StandardChange::Minus),
        reader.maybe("minus_per_admission", form::amount).map(StandardChange::MinusPerAdmission),
        reader.maybe("at_least", form::amount).map(StandardChange::AtLeast),
        reader.maybe("at_most", form::amount).map(StandardChange::AtMost),
    ];
    change(reader, found, "one of: times, plus, minus, minus_per_admission, at_least, at_most")
}

pub(super) fn ratio_change(reader: &mut Reader<'_>) -> Option<Placed<RatioChange>> {
    let found = [
        reader.maybe("fund_plus", form::rate).map(RatioChange::FundPlus),
        reader.maybe("fund_minus", form::rate).map(RatioChange::FundMinus),
        reader.maybe("fund_plus_per_year_of_age", form::rate).map(RatioChange::FundPlusPerYearOfAge),
        reader.maybe("fund_times", form::multiple).map(RatioChange::FundTimes),
        reader.maybe("person_times", form::multiple).map(RatioChange::PersonTimes),
        reader.maybe("fund_at_least", form::rate).map(RatioChange::FundAtLeast),
        reader.maybe("fund_at_most", form::rate).map(RatioChange::FundAtMost),
    ];
    let keys = "one of: fund_plus, fund_minus, fund_plus_per_year_of_age, fund_times, person_times, \
                fund_at_least, fund_at_most";
    change(reader, found, keys)
}

/// Reads why it is not known what holds above an amount.
fn unknown_above(reader: &mut Reader<'_>) -> Option<Title> {
    if reader.has("unknown_above") { reason(reader, "unknown_above") } else { None }
}

pub(super) fn ceiling(reader: &mut Reader<'_>) -> Option<Ceiling> {
    let limits = reader.need("limits", form::word);
    let limit = limit(reader);
    let span = span(reader, "per", "accumulator");
    let several = reader.maybe("several_diseases", form::word).unwrap_or(Several::Apart);
    let unknown_above = unknown_above(reader);
    let includes_deductible = reader.maybe("includes_deductible", form::truth).unwrap_or(false);
    if includes_deductible && limits == Some(Limited::FundPaid) {
        reader.place.report(
            reader.line_of("includes_deductible"),
            "the fund pays nothing of a deductible, so a ceiling of what it pays cannot include it",
            Some("write limits = \"eligible_fees\"".to_owned()),
        );
    }
    let most = Most { limit: limit?, span: span? };
    Some(Ceiling { limits: limits?, most, several, unknown_above, includes_deductible })
}

pub(super) fn share(reader: &mut Reader<'_>) -> Option<Share> {
    if !reader.was_given("segments") {
        let (fund, person) = ratio(reader)?;
        let segments = vec![Segment { up_to: None, fund, person }];
        return Some(Share {
            axis: Span::BILL,
            axis_includes_deductible: false,
            segments,
            same_stay_days: None,
            goes_on_after_transfer: false,
        });
    }
    let segments = segments(reader).flatten();
    let axis = span(reader, "axis", "accumulator");
    let axis_includes_deductible = reader.need("axis_includes_deductible", form::truth);
    let same_stay_days = reader.maybe("same_stay_days", form::count);
    let goes_on_after_transfer = reader.maybe("goes_on_after_transfer", form::truth).unwrap_or(false);
    let of_stays = axis.as_ref().is_none_or(|axis| matches!(axis.period, Period::Visit | Period::Stay));
    if !of_stays && (same_stay_days.is_some() || goes_on_after_transfer) {
        reader.report(
            "segments that add up over more than a stay go on after the earlier one in any case",
            Some("leave out same_stay_days and goes_on_after_transfer"),
        );
    }
    let segments = segments?;
    Some(Share {
        axis: axis?,
        axis_includes_deductible: axis_includes_deductible?,
        segments,
        same_stay_days,
        goes_on_after_transfer,
    })
}

pub(super) fn layer(reader: &mut Reader<'_>) -> Option<Layer> {
    let pays = reader.need("pays", form::word);
    let place = reader.need("place", form::place);
    let covers = reader.need("covers", form::words);
    let start =
        if reader.was_given("start") { amount_or_share(reader, "start") } else { Some((Fen::ZERO, None)) };
    let axis = span(reader, "per", "accumulator");
    let unknown_above = unknown_above(reader);
    let segments = match segments(reader) {
        None => None,
        Some(Some(segments)) => Some(segments),
        Some(None) if unknown_above.is_some() => Some(Vec::new()),
        Some(None) => ratio(reader).map(|(fund, person)| vec![Segment { up_to: None, fund, person }]),
    };
    let most = most(reader);
    let segments_from = reader.maybe("segments_from", form::word).unwrap_or(SegmentsFrom::Zero);
    let paid_at_year_end = reader.maybe("paid_at_year_end", form::truth).unwrap_or(false);
    let shorter = |span: &Span| span.period != Period::MedicalYear || span.by_disease;
    let spans = || axis.iter().chain(most.iter().flatten().map(|most| &most.span));
    if paid_at_year_end && spans().any(shorter) {
        reader.place.report(
            reader.line_of("paid_at_year_end"),
            "what is paid at the end of the year adds up over the whole of it",
            Some("write per = \"medical_year\", without 'each_disease'".to_owned()),
        );
    }
    let (start, start_share_of) = start?;
    Some(Layer {
        paid_at_year_end,
        pays: pays?,
        place: place?,
        covers: covers?,
        start,
        start_share_of,
        axis: axis?,
        segments: segments?,
        segments_from,
        unknown_above,
        most: most?,
    })
}

/// Reads `segments`; `Some(None)` where there are none, nothing where they are wrong.
fn segments(reader: &mut Reader<'_>) -> Option<Option<Vec<Segment>>> {
    let several = reader.tables("segments");
    if several.is_empty() {
        return Some(None);
    }
    let read = rising(several, form::amount, ratio)?;
    let segment = |(up_to, (fund, person))| Segment { up_to, fund, person };
    Some(Some(read.into_iter().map(segment).collect()))
}

/// Reads stretches of an axis, each up to its end and the last without one.
pub(super) fn rising<T: PartialOrd + Default + Copy, V>(
    tables: Vec<Reader<'_>>,
    end: Form<T>,
    value: impl Fn(&mut Reader<'_>) -> Option<V>,
) -> Option<Vec<(Option<T>, V)>> {
    let count = tables.len();
    let mut read: Vec<(Option<T>, V)> = Vec::with_capacity(count);
    let mut sound = true;
    for (index, mut table) in tables.into_iter().enumerate() {
        let up_to = table.maybe("up_to", end);
        let value = value(&mut table);
        let last = index.saturating_add(1) == count;
        let below = read.last().and_then(|(before, _)| *before).unwrap_or_default();
        if last == up_to.is_some() {
            table.report("every segment but the last has 'up_to', and the last has none", None);
        } else if up_to.is_some_and(|end| end <= below) {
            table.report("the segments do not rise", Some("each 'up_to' is larger than the one before"));
        }
        table.finish();
        match value {
            Some(value) => read.push((up_to, value)),
            None => sound = false,
        }
    }
    sound.then_some(read)
}

/// Reads the ratio of fund and person, of which one is written and the other is the rest.
fn ratio(reader: &mut Reader<'_>) -> Option<(Rate, Rate)> {
    let person = reader.maybe("person_pays", form::rate);
    let fund = reader.maybe("fund_pays", form::rate);
    match (person, fund) {
        (Some(person), None) => Some((person.complement().ok()?, person)),
        (None, Some(fund)) => Some((fund, fund.complement().ok()?)),
        // One is there and cannot be read, which was told.
        (None, None) if reader.was_given("person_pays") || reader.was_given("fund_pays") => None,
        _ => {
            reader.report(
                format!("{} needs either 'person_pays' or 'fund_pays'", reader.name),
                Some("write one of them, such as person_pays = \"14 %\""),
            );
            None
        }
    }
}
