//! Puts the synthetic people and institutions into the register, and the bank accounts into the stand-in's.

use std::sync::Arc;

use model::{
    Date, EventId, Fen, Instant, Institution, InstitutionCode, InsuredPerson, PersonId, PersonType, Scheme,
};
use sandbox::Sandbox;
use sandbox::unionpay::Account;
use serde::{Deserialize, Serialize};
use server::{App, passwords, random};
use settlement::{Action, Actor, Command};
use store::institutions::SigningKeys;
use store::people::{Gender, Person};
use store::staff::StaffMember;
use store::{Personal, institutions, people, staff};

use super::data::{self, SampleInstitution, SamplePerson};
use crate::failure::Failure;

/// The demonstration's staff log in with this number.
const STAFF_NO: &str = "001";

/// What scripts and people need to use the demonstration; written to `demo.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cast {
    /// Address of the server.
    pub(crate) url: String,
    /// Address at which the stand-ins show what they sent and are told what to do.
    pub(crate) sandbox: String,
    /// The insured persons.
    pub(crate) people: Vec<CastPerson>,
    /// The institutions.
    pub(crate) institutions: Vec<CastInstitution>,
    /// Further persons for load: how many, all of age 50, with identity numbers from `first` on.
    pub(crate) crowd: usize,
}

/// One person of the cast.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CastPerson {
    /// 人员编号.
    pub(crate) person_no: PersonId,
    /// Name.
    pub(crate) name: String,
    /// Identity number.
    pub(crate) id_number: String,
    /// Phone.
    pub(crate) phone: String,
    /// Number of the social-security card.
    pub(crate) card_number: String,
    /// The PIN that the story sets.
    pub(crate) pin: String,
}

/// One institution of the cast.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CastInstitution {
    /// Code.
    pub(crate) code: InstitutionCode,
    /// Name.
    pub(crate) name: String,
    /// AK of the header signature.
    pub(crate) access_key: String,
    /// SK of the header signature.
    pub(crate) secret_key: String,
    /// Number of a member of staff for the terminal page.
    pub(crate) staff_no: String,
    /// Their password.
    pub(crate) password: String,
}

/// The PIN that the story sets for everyone.
pub(crate) const PIN: &str = "258036";

/// Seeds the register and the bank.
pub(crate) async fn seed(app: &App, sandbox: &Sandbox, crowd: usize) -> Result<Cast, Failure> {
    let mut cast = Cast {
        url: app.settings.public_url.clone(),
        sandbox: format!("http://{}", sandbox.address),
        people: Vec::new(),
        institutions: Vec::new(),
        crowd,
    };
    for sample in data::institutions()? {
        cast.institutions.push(add_institution(app, sample).await?);
    }
    for sample in data::people()? {
        sandbox.unionpay.open_account(Account {
            card: sample.card_number.clone(),
            name: sample.name.to_owned(),
            id_number: sample.id_number.as_str().to_owned(),
            phone: sample.phone.clone(),
            balance: sample.bank_balance,
        });
        cast.people.push(add_person(app, sample).await?);
    }
    add_crowd(app, crowd).await?;
    Ok(cast)
}

fn made_up<const N: usize>() -> Result<String, Failure> {
    random::bytes::<N>().map(hex::encode).map_err(|error| Failure::Other(error.to_string()))
}

async fn add_institution(app: &App, sample: SampleInstitution) -> Result<CastInstitution, Failure> {
    let cast = CastInstitution {
        code: sample.code.clone(),
        name: sample.name.to_owned(),
        access_key: format!("ak-{}", made_up::<8>()?),
        secret_key: made_up::<24>()?,
        staff_no: STAFF_NO.to_owned(),
        password: made_up::<6>()?,
    };
    let institution = Institution {
        code: sample.code,
        name: sample.name.to_owned(),
        kind: sample.kind,
        level: sample.level,
        region: data::region()?,
        active: true,
    };
    let keys = SigningKeys {
        access_key: cast.access_key.clone(),
        secret_key: Personal::new(cast.secret_key.clone()),
    };
    let hash =
        passwords::hash(cast.password.clone()).await.map_err(|error| Failure::Other(error.to_string()))?;
    let member = StaffMember {
        institution: cast.code.clone(),
        staff_no: STAFF_NO.to_owned(),
        name: Personal::new("样例收费员"),
        password_hash: Personal::new(hash),
        active: true,
    };
    app.database
        .write(move |transaction| {
            institutions::insert(transaction, &institution, Some(&keys))?;
            staff::insert(transaction, &member)
        })
        .await?;
    Ok(cast)
}

fn new_person_id(now: Instant) -> Result<PersonId, Failure> {
    random::new_id(now, PersonId::new).map_err(|error| Failure::Other(error.to_string()))
}

async fn add_person(app: &App, sample: SamplePerson) -> Result<CastPerson, Failure> {
    let id = new_person_id(app.clock.now())?;
    let person = Person {
        insured: InsuredPerson {
            id,
            region: data::region()?,
            scheme: Scheme::Employee,
            person_type: sample.person_type,
            status: sample.status,
            birth: sample.birth,
            insured_from: Date::constant(2015, 1, 1),
            civil_servant: false,
        },
        gender: sample.gender,
        ethnicity: "01".to_owned(),
        employer: Some("样例有限公司".to_owned()),
        name: Personal::new(sample.name),
        id_number: sample.id_number.clone(),
        phone: Some(Personal::new(sample.phone.clone())),
        card_number: Some(Personal::new(sample.card_number.clone())),
    };
    app.database.write(move |transaction| people::insert(transaction, std::slice::from_ref(&person))).await?;
    open_account(app, id, sample.current_year, sample.previous_years).await?;
    Ok(CastPerson {
        person_no: id,
        name: sample.name.to_owned(),
        id_number: sample.id_number.as_str().to_owned(),
        phone: sample.phone,
        card_number: sample.card_number,
        pin: PIN.to_owned(),
    })
}

async fn open_account(
    app: &App,
    person_id: PersonId,
    current_year: Fen,
    previous_years: Fen,
) -> Result<(), Failure> {
    let command = opening_command(app.clock.now(), person_id, current_year, previous_years)?;
    app.submit(command).await.map(|_| ()).map_err(|error| Failure::about("opening a benefit account", error))
}

/// Date of birth of everyone in the crowd.
pub(crate) const CROWD_BIRTH: Date = Date::constant(1975, 6, 15);

/// Identity number of the crowd's n-th person; the area counts up, because a birthday has only a thousand numbers.
pub(crate) fn crowd_id_number(n: usize) -> Result<model::IdNumber, Failure> {
    let (area, sequence) = (991_000_usize.saturating_add(n / 1000), n % 1000);
    let first_17 = format!(
        "{area:06}{:04}{:02}{:02}{sequence:03}",
        CROWD_BIRTH.year(),
        CROWD_BIRTH.month(),
        CROWD_BIRTH.day()
    );
    let check = model::id_number::check_character(&first_17)
        .ok_or_else(|| Failure::Other(format!("{n} is too many: at most 9,000,000 people")))?;
    format!("{first_17}{check}").parse().map_err(|error| Failure::about("identity number", error))
}

/// Persons to put load on, with money in their accounts.
async fn add_crowd(app: &App, crowd: usize) -> Result<(), Failure> {
    const AT_ONCE: usize = 500;
    let mut next = 0;
    while next < crowd {
        let until = crowd.min(next.saturating_add(AT_ONCE));
        let persons =
            (next..until).map(|n| crowd_person(app.clock.now(), n)).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<PersonId> = persons.iter().map(|person| person.insured.id).collect();
        app.database.write(move |transaction| people::insert(transaction, &persons)).await?;
        let mut opening = tokio::task::JoinSet::new();
        for id in ids {
            let (database, rules) = (Arc::clone(&app.database), app.rules());
            let command = opening_command(app.clock.now(), id, Fen::new(200_000), Fen::new(1_000_000))?;
            opening.spawn(async move { database.submit(&rules, command).await.map(|_| ()) });
        }
        while let Some(outcome) = opening.join_next().await {
            outcome
                .map_err(|error| Failure::about("opening benefit accounts", error))?
                .map_err(|error| Failure::about("opening benefit accounts", error))?;
        }
        next = until;
    }
    Ok(())
}

fn opening_command(
    at: Instant,
    person_id: PersonId,
    current_year: Fen,
    previous_years: Fen,
) -> Result<Command, Failure> {
    Ok(Command {
        person_id,
        event_id: random::new_id(at, EventId::new).map_err(|error| Failure::Other(error.to_string()))?,
        at,
        actor: Actor::Platform,
        request: None,
        action: Action::OpenAccount { current_year, previous_years },
    })
}

fn crowd_person(now: Instant, n: usize) -> Result<Person, Failure> {
    Ok(Person {
        insured: InsuredPerson {
            id: new_person_id(now)?,
            region: data::region()?,
            scheme: Scheme::Employee,
            person_type: PersonType::InService,
            status: model::InsuranceStatus::Active,
            birth: CROWD_BIRTH,
            insured_from: Date::constant(2015, 1, 1),
            civil_servant: false,
        },
        gender: Gender::Unstated,
        ethnicity: "01".to_owned(),
        employer: None,
        name: Personal::new(format!("样例{n}")),
        id_number: crowd_id_number(n)?,
        phone: None,
        card_number: None,
    })
}
