//! Reads the rules that are for persons: credits, mutual aid, payments without a PIN.

use model::Fen;

use super::pool::amount_or_share;
use crate::form;
use crate::policy::persons::{
    AccountCredit, CreditAmount, CreditBase, MutualAid, PaymentWithoutPin, Reach, Timing, Validity,
};
use crate::policy::span::Period;
use crate::policy::strategy::AccountKind;
use crate::reader::Reader;

pub(super) fn account_credit(reader: &mut Reader<'_>) -> Option<AccountCredit> {
    let amount = credit_amount(reader);
    let per = reader.need("per", form::word::<Period>);
    let ahead = reader.maybe("ahead", form::truth);
    let taken_back = if ahead == Some(true) { reader.need("taken_back", form::truth) } else { Some(false) };
    let place = reader.need("place", form::place);
    let timing = match (per?, ahead) {
        (Period::Month, None | Some(false)) => Timing::Monthly,
        (Period::Month, Some(true)) => Timing::Ahead { taken_back: taken_back? },
        (Period::MedicalYear, None) => Timing::Yearly,
        (Period::MedicalYear, Some(_)) => {
            reader.place.report(
                reader.line_of("ahead"),
                "what is credited once a year is there when the year begins",
                Some("leave 'ahead' out, or write per = \"month\"".to_owned()),
            );
            return None;
        }
        (Period::Visit | Period::Stay | Period::Day, _) => {
            let hint = Some("write per = \"month\" or per = \"medical_year\"".to_owned());
            reader.place.report(
                reader.line_of("per"),
                "an account is credited by the month or the year",
                hint,
            );
            return None;
        }
    };
    Some(AccountCredit { amount: amount?, timing, place: place? })
}

fn credit_amount(reader: &mut Reader<'_>) -> Option<CreditAmount> {
    match (reader.was_given("amount"), reader.was_given("rate")) {
        (true, false) => {
            let (amount, share_of) = amount_or_share(reader, "amount")?;
            Some(CreditAmount::Fixed(amount, share_of))
        }
        (false, true) => {
            let rate = reader.need("rate", form::rate);
            let of = reader.need("of", form::word::<CreditBase>);
            Some(CreditAmount::Of(of?, rate?))
        }
        _ => {
            // All of them are known here: what is wrong is told once.
            for key in ["amount", "rate", "of"] {
                reader.maybe::<()>(key, |_| Ok(()));
            }
            let hint = "write amount = \"280 yuan\", or rate = \"2 %\" with of = \"contribution_base\"";
            reader.report("[[account_credit]] needs either 'amount' or 'rate'", Some(hint));
            None
        }
    }
}

pub(super) fn mutual_aid(reader: &mut Reader<'_>) -> Option<MutualAid> {
    let relatives = reader.need("relatives", form::words);
    let insured_in = reader.need("insured_in", form::word::<Reach>);
    let money = reader.need("money", form::words::<AccountKind>);
    let keeps = reader.maybe("keeps", form::amount).unwrap_or(Fen::ZERO);
    let relatives_at_most = reader.maybe("relatives_at_most", form::count);
    let owners_at_most = reader.maybe("owners_at_most", form::count);
    let both_ways = reader.need("both_ways", form::truth);
    let owner_sets_limit = reader.need("owner_sets_limit", form::truth);
    let valid = reader.need("valid", form::word::<Validity>);
    let money = money?;
    if money.contains(&AccountKind::MutualAid) {
        let message = "an account helps with its own money";
        let hint = Some("money = [\"previous_years\"], or \"current_year\" as well".to_owned());
        reader.place.report(reader.line_of("money"), message, hint);
    }
    Some(MutualAid {
        relatives: relatives?,
        insured_in: insured_in?,
        money,
        keeps,
        relatives_at_most,
        owners_at_most,
        both_ways: both_ways?,
        owner_sets_limit: owner_sets_limit?,
        valid: valid?,
    })
}

pub(super) fn payment_without_pin(reader: &mut Reader<'_>) -> Option<PaymentWithoutPin> {
    let per_payment = reader.need("per_payment", form::amount);
    let per_day = reader.maybe("per_day", form::amount);
    let (per_payment, per_day): (Fen, _) = (per_payment?, per_day);
    if per_day.is_some_and(|per_day| per_day < per_payment) {
        reader.report("'per_day' is below 'per_payment', so no payment comes up to the latter", None);
    }
    Some(PaymentWithoutPin { per_payment, per_day })
}
