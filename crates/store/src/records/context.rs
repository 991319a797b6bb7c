//! Loads what commands are decided on, for many commands in a few queries.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use credential::TokenGrant;
use model::{Institution, InstitutionCode, InsuredPerson, OrderId, PersonId, SettlementId, VisitId};
use settlement::{
    BenefitAccount, Context, Needs, Order, PriorRequest, RequestKey, SettlementFile, VisitFile,
};

use super::codes::{CodeKey, TokenKey};
use super::{benefit_accounts, codes, orders, requests, settlements, visits};
use crate::StoreError;
use crate::engine::connection::Connection;
use crate::{institutions, people};

/// What a command of this person is decided on; `None` when nobody is registered under this identifier. For previews:
/// commands themselves are given to [`Database::submit`](crate::Database::submit), which loads what they need.
///
/// # Errors
/// `Inconsistent` when stored records contradict each other.
pub fn load(
    connection: &mut Connection,
    person_id: PersonId,
    needs: &Needs,
) -> Result<Option<Context>, StoreError> {
    Ok(load_many(connection, &[(person_id, needs)])?.pop().flatten())
}

/// Everything that some commands need, by key.
struct Loaded {
    accounts: HashMap<PersonId, BenefitAccount>,
    people: HashMap<PersonId, InsuredPerson>,
    institutions: HashMap<InstitutionCode, Institution>,
    requests: HashMap<RequestKey, PriorRequest>,
    visits: HashMap<(VisitId, PersonId), VisitFile>,
    settlements: HashMap<(SettlementId, PersonId), SettlementFile>,
    /// Those that stand and were made after a settlement.
    later: HashMap<(SettlementId, PersonId), Vec<SettlementFile>>,
    orders: HashMap<(OrderId, PersonId), Order>,
    tokens: HashMap<TokenKey, TokenGrant>,
    codes: HashSet<CodeKey>,
}

/// The contexts of many commands, in their order.
///
/// Accounts are read first. Every later change of a person's records moves the account to another version, so a plan
/// made on records that are newer than the account is refused by the compare-and-swap.
pub(crate) fn load_many(
    connection: &mut Connection,
    wanted: &[(PersonId, &Needs)],
) -> Result<Vec<Option<Context>>, StoreError> {
    let ids = distinct(wanted.iter().map(|(person_id, _)| *person_id));
    let visit_ids = distinct(wanted.iter().filter_map(|(person_id, needs)| Some((needs.visit?, *person_id))));
    let settlement_ids =
        distinct(wanted.iter().filter_map(|(person_id, needs)| Some((needs.settlement?, *person_id))));
    let order_ids = distinct(wanted.iter().filter_map(|(person_id, needs)| Some((needs.order?, *person_id))));
    let codes_of = |(person_id, needs): &(PersonId, &Needs)| {
        needs.code.map(|(handle, shown)| (shown, handle, *person_id))
    };
    let found = settlements::find_many(connection, &settlement_ids)?;
    let mut later = HashMap::new();
    for (person_id, needs) in wanted.iter().filter(|(_, needs)| needs.later) {
        if let Some((key, file)) = needs.settlement.and_then(|id| found.get_key_value(&(id, *person_id))) {
            later.insert(*key, settlements::later_than(connection, *person_id, &file.settlement)?);
        }
    }
    let loaded = Loaded {
        accounts: benefit_accounts::find_many(connection, &ids)?,
        people: people::find_insured(connection, &ids)?,
        institutions: institutions::find_many(
            connection,
            &distinct(wanted.iter().filter_map(|(_, needs)| needs.institution.as_ref())),
        )?,
        requests: requests::find_many(
            connection,
            &wanted.iter().flat_map(|(_, needs)| &needs.requests).collect(),
        )?,
        visits: visits::find_many(connection, &visit_ids)?,
        settlements: found,
        later,
        orders: orders::find_many(connection, &order_ids)?,
        tokens: codes::find_tokens(
            connection,
            &wanted.iter().filter_map(|(person_id, needs)| Some((needs.token?, *person_id))).collect(),
        )?,
        codes: codes::used(connection, &wanted.iter().filter_map(codes_of).collect())?,
    };
    Ok(wanted.iter().map(|(person_id, needs)| loaded.context(*person_id, needs)).collect())
}

fn distinct<T: Eq + Hash>(keys: impl Iterator<Item = T>) -> Vec<T> {
    keys.collect::<HashSet<T>>().into_iter().collect()
}

impl Loaded {
    fn context(&self, person_id: PersonId, needs: &Needs) -> Option<Context> {
        let person = *self.people.get(&person_id)?;
        let account = self.accounts.get(&person_id).cloned();
        Some(Context {
            person,
            account: account.unwrap_or_else(|| BenefitAccount::new(person_id)),
            institution: needs.institution.as_ref().and_then(|code| self.institutions.get(code)).cloned(),
            visit: needs.visit.and_then(|id| self.visits.get(&(id, person_id))).cloned(),
            settlement: needs.settlement.and_then(|id| self.settlements.get(&(id, person_id))).cloned(),
            later: needs
                .settlement
                .and_then(|id| self.later.get(&(id, person_id)))
                .cloned()
                .unwrap_or_default(),
            order: needs.order.and_then(|id| self.orders.get(&(id, person_id))).cloned(),
            token: needs.token.and_then(|digest| self.tokens.get(&(digest, person_id))).cloned(),
            code_used: needs
                .code
                .is_some_and(|(handle, shown)| self.codes.contains(&(shown, handle, person_id))),
            prior: needs.requests.iter().filter_map(|key| self.requests.get(key)).cloned().collect(),
        })
    }
}
