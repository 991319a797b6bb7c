//! Reads lanes, stays, and the rules of single steps.

use model::{FeeCategory, Fen};

use crate::form;
use crate::policy::span::{Period, Span};
use crate::policy::strategy::{
    Account, AccountBand, AccountKind, Base, CasePrice, FirstSelfPay, FixedPrice, FrontPayment, Guarantee,
    LaneRule, PriceBand, PriceBands, PriceLimit, Stage, StayRule, UnmatchedRule,
};
use crate::reader::Reader;

pub(super) fn lane(reader: &mut Reader<'_>) -> Option<LaneRule> {
    let name = reader.need("lane", form::name);
    let of = reader.maybe("of", form::name);
    for key in ["care", "institution"] {
        if !reader.was_given("of") && !reader.was_given(key) {
            reader.report(
                format!("{} has no '{key}'", reader.name),
                Some("a lane says which kinds of care at which kinds of institution it takes; a lane of items names its host in 'of'"),
            );
        }
    }
    if of.is_some() && !["group", "category", "class"].into_iter().any(|key| reader.was_given(key)) {
        reader.report("a lane of items names their 'group', 'category' or 'class'", None);
    }
    let stages: Vec<Stage> = reader.need("stages", form::words)?;
    if !stages.contains(&Stage::Share) {
        reader.place.report(
            reader.line_of("stages"),
            "every lane has the step 'share'",
            Some("where the pool pays nothing, its [[share]] rule has fund_pays = \"0 %\"".to_owned()),
        );
    }
    if !stages.is_sorted() {
        reader.place.report(
            reader.line_of("stages"),
            "the stages of a lane stand in the order in which they run",
            Some(
                "account_band, fixed_price, deductible, share, ceiling, guarantee, layer, account; leave out what \
                 the lane has not"
                    .to_owned(),
            ),
        );
    }
    let of_host = [Stage::Account, Stage::AccountBand];
    if of.is_some() && stages.iter().any(|stage| of_host.contains(stage)) {
        reader.place.report(
            reader.line_of("stages"),
            "account_band and account belong to the host of a lane of items",
            None,
        );
    }
    Some(LaneRule { name: name?, of, stages })
}

pub(super) fn stay(reader: &mut Reader<'_>) -> Option<StayRule> {
    let crossing = reader.need("crossing", form::word);
    let rules_of = reader.maybe("rules_of", form::word);
    let new_year_deductible = reader.need("new_year_deductible", form::truth);
    let ladder_continues = reader.need("ladder_continues", form::truth);
    let period_days = reader.maybe("period_days", form::count);
    let interim = reader.need("interim", form::truth);
    Some(StayRule {
        crossing: crossing?,
        rules_of,
        new_year_deductible: new_year_deductible?,
        ladder_continues: ladder_continues?,
        period_days,
        interim: interim?,
    })
}

pub(super) fn unmatched(reader: &mut Reader<'_>) -> Option<UnmatchedRule> {
    let taken_as = reader.need("taken_as", form::word);
    let mut of = Vec::new();
    for mut kinds in reader.tables("of") {
        let category = kinds.need("category", form::words);
        let taken_as = kinds.need("taken_as", form::word);
        kinds.finish();
        let category: Vec<FeeCategory> = category?;
        if of
            .iter()
            .any(|(kinds, _): &(Vec<FeeCategory>, _)| kinds.iter().any(|kind| category.contains(kind)))
        {
            reader.report("[[unmatched.of]] names a kind of charge twice", Some("each kind has one place"));
        }
        of.push((category, taken_as?));
    }
    Some(UnmatchedRule { taken_as: taken_as?, of })
}

pub(super) fn first_self_pay(reader: &mut Reader<'_>) -> Option<FirstSelfPay> {
    if reader.was_given("class") {
        reader.place.report(reader.line_of("class"), "[[first_self_pay]] is of class B alone", None);
    }
    reader.need("rate", form::rate).map(|rate| FirstSelfPay { rate })
}

pub(super) fn price_limit(reader: &mut Reader<'_>) -> Option<PriceLimit> {
    reader.need("price", form::price_in_yuan).map(|price| PriceLimit { price })
}

pub(super) fn price_bands(reader: &mut Reader<'_>) -> Option<PriceBands> {
    let tables = reader.tables("bands");
    if tables.is_empty() {
        reader.report("[[price_bands]] has no [[price_bands.bands]]", None);
        return None;
    }
    let read =
        super::pool::rising(tables, form::price_in_yuan, |band| band.need("first_self_pay", form::rate))?;
    let band = |(up_to, first_self_pay)| PriceBand { up_to, first_self_pay };
    Some(PriceBands { bands: read.into_iter().map(band).collect() })
}

pub(super) fn front_payment(reader: &mut Reader<'_>) -> Option<FrontPayment> {
    reader.need("rate", form::rate).map(|rate| FrontPayment { rate })
}

pub(super) fn fixed_price(reader: &mut Reader<'_>) -> Option<FixedPrice> {
    let price = case_price(reader);
    let accumulator = reader.maybe("accumulator", form::name);
    let period = reader.maybe("per", form::word).unwrap_or(Period::Stay);
    if accumulator.is_none() && reader.was_given("per") {
        reader.report(
            "a price that adds up needs an 'accumulator'",
            Some("a name that you choose, under which the sum is kept"),
        );
    }
    if period == Period::Visit || (period != Period::Stay && matches!(price, Some(CasePrice::PerDay(_)))) {
        reader.place.report(
            reader.line_of("per"),
            "a price is of one bill, or adds up over stay, day, month or medical_year; prices of days add up over the stay",
            None,
        );
    }
    let span = match accumulator {
        Some(name) => Span { period, accumulator: Some(name.into()), ..Span::BILL },
        None => Span::BILL,
    };
    let covers = reader.maybe("covers", form::word).unwrap_or(Base::InScope);
    Some(FixedPrice { price: price?, span, covers })
}

/// Reads one price, of the case or of every day, or the prices of stretches of days.
fn case_price(reader: &mut Reader<'_>) -> Option<CasePrice> {
    let stretches = reader.tables("days");
    if !stretches.is_empty() {
        let read = super::pool::rising(stretches, form::count, |days| days.need("price", form::amount))?;
        return Some(CasePrice::PerDay(read));
    }
    let per_day = reader.maybe("per_day", form::truth).unwrap_or(false);
    let price = reader.need("price", form::amount)?;
    Some(if per_day { CasePrice::PerDay(vec![(None, price)]) } else { CasePrice::Whole(price) })
}

pub(super) fn guarantee(reader: &mut Reader<'_>) -> Option<Guarantee> {
    let of = reader.need("of", form::word);
    let fund = reader.need("fund_pays", form::rate);
    Some(Guarantee { of: of?, fund: fund? })
}

pub(super) fn account_band(reader: &mut Reader<'_>) -> Option<AccountBand> {
    let account = reader.need("account", form::word);
    let when_declined = reader.need("when_declined", form::word);
    let keeps = reader.maybe("keeps", form::amount).unwrap_or(Fen::ZERO);
    Some(AccountBand { account: account?, when_declined: when_declined?, keeps })
}

pub(super) fn account(reader: &mut Reader<'_>) -> Option<Account> {
    let account = reader.need("account", form::word);
    let place = reader.need("place", form::place);
    let before_layers = reader.maybe("before_layers", form::truth).unwrap_or(false);
    let pays: Option<Vec<_>> = reader.need("pays", form::words_or_none);
    let of_relative = account == Some(AccountKind::MutualAid);
    if of_relative && reader.was_given("keeps") {
        reader.place.report(
            reader.line_of("keeps"),
            "what a relative's account keeps is the rule of [[mutual_aid]]",
            None,
        );
    }
    let idle = ["keeps", "before_layers"].into_iter().find(|key| reader.was_given(key));
    if let Some(key) = idle.filter(|_| pays.as_ref().is_some_and(Vec::is_empty)) {
        let message = format!("'{key}' is of no use to an account that pays nothing");
        reader.place.report(reader.line_of(key), message, None);
    }
    let keeps = reader.maybe("keeps", form::amount).unwrap_or(Fen::ZERO);
    Some(Account { account: account?, before_layers, place: place?, pays: pays?, keeps })
}
