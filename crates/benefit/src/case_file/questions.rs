//! Reads questions about a person: `[account_credit]`, `[sharing]`, `[payment]`, `[year_end]`.

use model::Date;

use super::Asked;
use crate::form;
use crate::reader::Reader;
use crate::{CreditFacts, PaymentFacts, Question, SharingFacts};

/// A question, if the file has one.
pub(super) struct Found {
    /// Whether there is a question, right or wrong, and so no bill.
    pub(super) was_asked: bool,
    pub(super) found: Option<Asked>,
}

pub(super) fn question(root: &mut Reader<'_>) -> Found {
    type Read = fn(&mut Reader<'_>) -> Option<Question>;
    const TABLES: [(&str, Read); 4] = [
        ("account_credit", account_credit),
        ("sharing", sharing),
        ("payment", payment),
        ("year_end", |_| Some(Question::YearEnd)),
    ];
    let mut asked = Found { was_asked: false, found: None };
    for (name, read) in TABLES {
        let Some(mut table) = root.maybe_table(name) else { continue };
        if asked.was_asked {
            table.report("a case asks one thing", Some("make a file of each question"));
        }
        let date = table.need("date", form::date);
        let question = read(&mut table);
        table.finish();
        asked.was_asked = true;
        asked.found = match (date, question) {
            (Some(date), Some(question)) => Some(Asked::Person(date, question)),
            _ => None,
        };
    }
    asked
}

fn account_credit(table: &mut Reader<'_>) -> Option<Question> {
    let contribution_base = table.maybe("contribution_base", form::amount);
    let pension = table.maybe("pension", form::amount);
    let ended_on: Option<Date> = table.maybe("ended_on", form::date);
    Some(Question::AccountCredit(CreditFacts { contribution_base, pension, ended_on }))
}

fn sharing(table: &mut Reader<'_>) -> Option<Question> {
    let relation = table.need("relation", form::word);
    let relative_region = table.need("relative_region", form::region);
    let other_relatives = table.maybe("other_relatives", form::count_or_none).unwrap_or(0);
    let other_owners = table.maybe("other_owners", form::count_or_none).unwrap_or(0);
    let owner_is_helped = table.maybe("owner_is_helped", form::truth).unwrap_or(false);
    let limit = table.maybe("limit", form::amount);
    let bound_on = table.maybe("bound_on", form::date);
    Some(Question::Sharing(SharingFacts {
        relation: relation?,
        relative_region: relative_region?,
        other_relatives,
        other_owners,
        owner_is_helped,
        limit,
        bound_on,
    }))
}

fn payment(table: &mut Reader<'_>) -> Option<Question> {
    let cash = table.need("cash", form::amount);
    let paid_today = table.maybe("paid_today", form::amount).unwrap_or_default();
    let medical_type = table.need("medical_type", form::word);
    let institution = table.need("institution", form::word);
    Some(Question::PaymentWithoutPin(PaymentFacts {
        cash: cash?,
        paid_today,
        medical_type: medical_type?,
        institution: institution?,
    }))
}
