//! The register of insured persons. Names and numbers are encrypted; who has an ID number, phone or card is found by
//! blind index.

use std::collections::HashMap;

use model::{Date, IdNumber, InsuranceStatus, InsuredPerson, PersonId, PersonType, Region, Scheme};

use crate::StoreError;
use crate::cipher::{Digest, Field, Keys};
use crate::engine::column::{ToValue, values, words};
use crate::engine::connection::{Connection, Transaction};
use crate::engine::row::Row;
use crate::engine::statement::{InsertMany, SelectMany, Statement};
use crate::engine::value::ColumnType::{Bool, Bytes, Text};
use crate::engine::value::Value;
use crate::personal::Personal;

const NAME: Field = Field("person.name");
const ID_NUMBER: Field = Field("person.id_number");
const PHONE: Field = Field("person.phone");
const CARD_NUMBER: Field = Field("person.card_number");

/// Sex as registered (`gend`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// 男, 1.
    Male,
    /// 女, 2.
    Female,
    /// 未说明性别, 9.
    Unstated,
}

impl Gender {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
            Self::Unstated => "9",
        }
    }
}

words!(Gender { Male = "1", Female = "2", Unstated = "9" });

/// An insured person with personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What settlements need.
    pub insured: InsuredPerson,
    /// Sex.
    pub gender: Gender,
    /// National code of the ethnic group (`naty`), such as `01`.
    pub ethnicity: String,
    /// Employer, of employees (`emp_name`).
    pub employer: Option<String>,
    /// Name.
    pub name: Personal,
    /// Citizen identity number.
    pub id_number: IdNumber,
    /// Phone number in the register: digits only.
    pub phone: Option<Personal>,
    /// Number of the social-security card.
    pub card_number: Option<Personal>,
}

static INSERT: InsertMany = InsertMany::new(
    "person",
    &[
        ("person_id", Bytes),
        ("region", Text),
        ("scheme", Text),
        ("person_type", Text),
        ("status", Text),
        ("birth", Text),
        ("insured_from", Text),
        ("civil_servant", Bool),
        ("gender", Text),
        ("ethnicity", Text),
        ("employer", Text),
        ("name_sealed", Bytes),
        ("id_number_sealed", Bytes),
        ("phone_sealed", Bytes),
        ("card_number_sealed", Bytes),
    ],
);
static INSERT_ID_NUMBER: InsertMany =
    InsertMany::new("person_by_id_number", &[("id_number_index", Bytes), ("person_id", Bytes)]);
static INSERT_PHONE: InsertMany =
    InsertMany::new("person_by_phone", &[("phone_index", Bytes), ("person_id", Bytes)]);
static INSERT_CARD_NUMBER: InsertMany =
    InsertMany::new("person_by_card_number", &[("card_number_index", Bytes), ("person_id", Bytes)]);

static FIND_INSURED: SelectMany = SelectMany::new(
    "SELECT person_id, region, scheme, person_type, status, birth, insured_from, civil_servant FROM person",
    &[("person_id", Bytes)],
    "",
);

const FIND: &str =
    "SELECT person_id, region, scheme, person_type, status, birth, insured_from, civil_servant,
    gender, ethnicity, employer, name_sealed, id_number_sealed, phone_sealed, card_number_sealed
    FROM person WHERE person_id = $1";
const BY_ID_NUMBER: &str = "SELECT person_id FROM person_by_id_number WHERE id_number_index = $1";
const BY_PHONE: &str = "SELECT person_id FROM person_by_phone WHERE phone_index = $1 ORDER BY person_id";
const BY_CARD_NUMBER: &str = "SELECT person_id FROM person_by_card_number WHERE card_number_index = $1";
const AFTER: &str = "SELECT person_id FROM person WHERE person_id > $1 ORDER BY person_id LIMIT $2";
const COUNT: &str = "SELECT count(*) FROM person";
const SET_STATUS: &str = "UPDATE person SET status = $2 WHERE person_id = $1";
const SET_PHONE: &str = "UPDATE person SET phone_sealed = $2 WHERE person_id = $1";
const FORGET_PHONE: &str = "DELETE FROM person_by_phone WHERE phone_index = $1 AND person_id = $2";
const RESEAL: &str = "UPDATE person SET name_sealed = $2, id_number_sealed = $3, phone_sealed = $4,
    card_number_sealed = $5 WHERE person_id = $1";
const SEALED: &str = "SELECT name_sealed, id_number_sealed, phone_sealed, card_number_sealed
    FROM person WHERE person_id = $1";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Grouped(&INSERT),
    Statement::Grouped(&INSERT_ID_NUMBER),
    Statement::Grouped(&INSERT_PHONE),
    Statement::Grouped(&INSERT_CARD_NUMBER),
    Statement::Grouped(&FIND_INSURED),
    Statement::Plain(FIND),
    Statement::Plain(BY_ID_NUMBER),
    Statement::Plain(BY_PHONE),
    Statement::Plain(BY_CARD_NUMBER),
    Statement::Plain(AFTER),
    Statement::Plain(COUNT),
    Statement::Plain(SET_STATUS),
    Statement::Plain(SET_PHONE),
    Statement::Plain(FORGET_PHONE),
    Statement::Plain(RESEAL),
    Statement::Plain(SEALED),
];

/// Registers persons.
///
/// # Errors
/// `Conflict` when an identifier, identity number or card number is registered already.
pub fn insert(transaction: &mut Transaction<'_>, people: &[Person]) -> Result<(), StoreError> {
    let keys = transaction.keys();
    let mut rows = Vec::with_capacity(people.len());
    let (mut by_id_number, mut by_phone, mut by_card_number) = (Vec::new(), Vec::new(), Vec::new());
    for person in people {
        let id = person.insured.id;
        rows.push(row_of(&keys, person)?);
        by_id_number.push(values![keys.index(ID_NUMBER, person.id_number.as_str()), id].to_vec());
        if let Some(phone) = &person.phone {
            by_phone.push(values![keys.index(PHONE, phone.expose()), id].to_vec());
        }
        if let Some(card) = &person.card_number {
            by_card_number.push(values![keys.index(CARD_NUMBER, card.expose()), id].to_vec());
        }
    }
    transaction.insert_many(&INSERT, &rows)?;
    transaction.insert_many(&INSERT_ID_NUMBER, &by_id_number)?;
    transaction.insert_many(&INSERT_PHONE, &by_phone)?;
    transaction.insert_many(&INSERT_CARD_NUMBER, &by_card_number)
}

fn row_of(keys: &Keys, person: &Person) -> Result<Vec<Value>, StoreError> {
    let insured = &person.insured;
    let row = insured.id.to_bytes();
    let seal_optional = |field, text: &Option<Personal>| {
        text.as_ref().map(|text| keys.seal(field, &row, text.expose())).transpose()
    };
    Ok(values![
        insured.id,
        insured.region,
        insured.scheme,
        insured.person_type,
        insured.status,
        insured.birth,
        insured.insured_from,
        insured.civil_servant,
        person.gender,
        person.ethnicity,
        person.employer,
        keys.seal(NAME, &row, person.name.expose())?,
        keys.seal(ID_NUMBER, &row, person.id_number.as_str())?,
        seal_optional(PHONE, &person.phone)?,
        seal_optional(CARD_NUMBER, &person.card_number)?,
    ]
    .to_vec())
}

/// What settlements need of these persons, as far as they are registered. Each is given once.
pub(crate) fn find_insured(
    connection: &mut Connection,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, InsuredPerson>, StoreError> {
    let keys: Vec<_> = ids.iter().map(|id| values![*id].to_vec()).collect();
    let rows = connection.select_many(&FIND_INSURED, &keys)?;
    rows.into_iter().map(|mut row| insured_of(&mut row).map(|person| (person.id, person))).collect()
}

/// The first eight columns of a row.
fn insured_of(row: &mut Row) -> Result<InsuredPerson, StoreError> {
    Ok(InsuredPerson {
        id: row.get::<PersonId>()?,
        region: row.get::<Region>()?,
        scheme: row.get::<Scheme>()?,
        person_type: row.get::<PersonType>()?,
        status: row.get::<InsuranceStatus>()?,
        birth: row.get::<Date>()?,
        insured_from: row.get::<Date>()?,
        civil_servant: row.get()?,
    })
}

/// A person with personal data. Staff reads are to be logged: see [`reads`](crate::reads).
///
/// # Errors
/// `Cipher` when a field cannot be decrypted.
pub fn find(connection: &mut Connection, id: PersonId) -> Result<Option<Person>, StoreError> {
    let Some(mut row) = connection.query_optional(FIND, &values![id])? else { return Ok(None) };
    let keys = connection.keys();
    let place = id.to_bytes();
    let open = |field, sealed: Vec<u8>| keys.open(field, &place, &sealed);
    let open_optional = |field, sealed: Option<Vec<u8>>| sealed.map(|sealed| open(field, sealed)).transpose();
    Ok(Some(Person {
        insured: insured_of(&mut row)?,
        gender: row.get()?,
        ethnicity: row.get()?,
        employer: row.get()?,
        name: open(NAME, row.get()?)?,
        id_number: open(ID_NUMBER, row.get()?)?.expose().parse().map_err(|_| StoreError::Inconsistent {
            table: "person",
            row: id.to_string(),
            what: "the identity number is not one".to_owned(),
        })?,
        phone: open_optional(PHONE, row.get()?)?,
        card_number: open_optional(CARD_NUMBER, row.get()?)?,
    }))
}

/// Who has this identity number.
///
/// # Errors
/// The database fails.
pub fn find_by_id_number(
    connection: &mut Connection,
    number: &IdNumber,
) -> Result<Option<PersonId>, StoreError> {
    let index = connection.keys().index(ID_NUMBER, number.as_str());
    one_id(connection, BY_ID_NUMBER, index)
}

/// Who is registered with this phone number (digits only); a family may share one.
///
/// # Errors
/// The database fails.
pub fn find_by_phone(connection: &mut Connection, phone: &Personal) -> Result<Vec<PersonId>, StoreError> {
    let index = connection.keys().index(PHONE, phone.expose());
    connection.query(BY_PHONE, &values![index])?.iter_mut().map(Row::get).collect()
}

/// Who has this social-security card.
///
/// # Errors
/// The database fails.
pub fn find_by_card_number(
    connection: &mut Connection,
    card: &Personal,
) -> Result<Option<PersonId>, StoreError> {
    let index = connection.keys().index(CARD_NUMBER, card.expose());
    one_id(connection, BY_CARD_NUMBER, index)
}

fn one_id(
    connection: &mut Connection,
    sql: &'static str,
    index: Digest,
) -> Result<Option<PersonId>, StoreError> {
    connection.query_optional(sql, &values![index])?.map(|mut row| row.get()).transpose()
}

/// Up to `limit` persons in the order of their identifiers, from the first after `after`: to walk the whole register.
///
/// # Errors
/// The database fails.
pub fn after(
    connection: &mut Connection,
    after: Option<PersonId>,
    limit: u32,
) -> Result<Vec<PersonId>, StoreError> {
    // Without a predecessor: every identifier comes after no bytes at all.
    let after = after.map_or(Vec::new(), |id| id.to_bytes().to_vec());
    connection.query(AFTER, &values![after, limit])?.iter_mut().map(Row::get).collect()
}

/// Whether the keys are those of the register: the fields of a person open, and the blind index finds them.
///
/// # Errors
/// `Cipher` when the fields do not open; `Setting` when nobody would be found; the database fails.
pub fn check_keys(connection: &mut Connection) -> Result<(), StoreError> {
    for id in after(connection, None, 1)? {
        let Some(person) = find(connection, id)? else { continue };
        if find_by_id_number(connection, &person.id_number)? != Some(id) {
            return Err(StoreError::Setting(
                "keys.index is not the key with which the register was indexed: nobody would be found"
                    .to_owned(),
            ));
        }
    }
    Ok(())
}

/// How many persons are registered.
///
/// # Errors
/// The database fails.
pub fn count(connection: &mut Connection) -> Result<i64, StoreError> {
    connection.query_one(COUNT, &[])?.get()
}

/// Changes whether the insurance is in force.
///
/// # Errors
/// `RowCount` when there is no such person.
pub fn set_status(
    transaction: &mut Transaction<'_>,
    id: PersonId,
    status: InsuranceStatus,
) -> Result<(), StoreError> {
    transaction.execute_one(SET_STATUS, &values![id, status])
}

/// Changes the phone number in the register.
///
/// # Errors
/// `RowCount` when there is no such person.
pub fn set_phone(
    transaction: &mut Transaction<'_>,
    id: PersonId,
    phone: &Personal,
) -> Result<(), StoreError> {
    let keys = transaction.keys();
    if let Some(old) = find(transaction, id)?.and_then(|person| person.phone) {
        transaction.execute_one(FORGET_PHONE, &values![keys.index(PHONE, old.expose()), id])?;
    }
    let sealed = keys.seal(PHONE, &id.to_bytes(), phone.expose())?;
    transaction.execute_one(SET_PHONE, &values![id, sealed])?;
    let row = values![keys.index(PHONE, phone.expose()), id].to_vec();
    transaction.insert_many(&INSERT_PHONE, &[row])
}

/// Encrypts a person's fields with the newest key, if any of them has an older one; whether there was one. Run over the
/// whole register, it makes an old key dispensable.
///
/// # Errors
/// `RowCount` when there is no such person; `Cipher` when a field cannot be decrypted.
pub fn renew_encryption(transaction: &mut Transaction<'_>, id: PersonId) -> Result<bool, StoreError> {
    let keys = transaction.keys();
    let mut row = transaction.query_one(SEALED, &values![id])?;
    let place = id.to_bytes();
    let mut parameters = vec![id.to_value()];
    let mut outdated = false;
    for field in [NAME, ID_NUMBER, PHONE, CARD_NUMBER] {
        let sealed: Option<Vec<u8>> = row.get()?;
        outdated |= sealed.as_ref().is_some_and(|sealed| keys.is_outdated(sealed));
        let renew = |sealed: Vec<u8>| {
            keys.open(field, &place, &sealed).and_then(|plain| keys.seal(field, &place, plain.expose()))
        };
        parameters.push(sealed.map(renew).transpose()?.to_value());
    }
    if outdated {
        transaction.execute_one(RESEAL, &parameters)?;
    }
    Ok(outdated)
}
