//! Synthetic people and institutions. Area 990000 is not issued, so no number belongs to anyone.

use model::id_number::check_character;
use model::{
    Date, IdNumber, Instant, Institution, InstitutionKind, InstitutionLevel, InsuranceStatus, InsuredPerson,
    PersonId, PersonType, Scheme,
};
use store::Personal;
use store::people::{Gender, Person};

/// 2023-05-01 08:00 in China.
pub(crate) const NOW: Instant = Instant::from_milliseconds(1_682_899_200_000);

pub(crate) fn person_id(number: u32) -> PersonId {
    let mut random = [0; 10];
    random[6..].copy_from_slice(&number.to_be_bytes());
    PersonId::new(NOW, random)
}

pub(crate) fn id_number(number: u32) -> IdNumber {
    let first_17 = format!("99000019530412{number:03}");
    let check = check_character(&first_17).expect("17 digits");
    format!("{first_17}{check}").parse().expect("an identity number")
}

pub(crate) fn person(number: u32) -> Person {
    Person {
        insured: InsuredPerson {
            id: person_id(number),
            region: "330200".parse().expect("a region"),
            scheme: Scheme::Employee,
            person_type: PersonType::InService,
            status: InsuranceStatus::Active,
            birth: Date::new(1953, 4, 12).expect("a date"),
            insured_from: Date::new(2001, 1, 1).expect("a date"),
            civil_servant: false,
        },
        gender: Gender::Female,
        ethnicity: "01".to_owned(),
        employer: Some("明州样例厂".to_owned()),
        name: Personal::new(format!("王样例{number}")),
        id_number: id_number(number),
        phone: Some(phone(number)),
        card_number: Some(Personal::new(format!("A9900{number:04}"))),
    }
}

pub(crate) fn phone(number: u32) -> Personal {
    Personal::new(format!("1990000{number:04}"))
}

pub(crate) fn hospital() -> Institution {
    Institution {
        code: "H99000000001".parse().expect("a code"),
        name: "样例第一医院".to_owned(),
        kind: InstitutionKind::Hospital,
        level: InstitutionLevel::Tertiary,
        region: "330200".parse().expect("a region"),
        active: true,
    }
}
