//! Synthetic people and institutions. Area 990000 is not issued, so no ID number here is anybody's.

use model::id_number::check_character;
use model::{
    IdNumber, Institution, InstitutionKind, InstitutionLevel, InsuranceStatus, InsuredPerson, PersonId,
    PersonType, Region, Scheme,
};
use store::Personal;
use store::people::{Gender, Person};

/// An insured person as a test knows them.
#[derive(Clone, Copy)]
pub(crate) struct TestPerson {
    pub(crate) number: u8,
    pub(crate) name: &'static str,
    first_17: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) card: &'static str,
    person_type: PersonType,
    status: InsuranceStatus,
}

/// A phone number that a couple shares.
pub(crate) const SHARED_PHONE: &str = "13900000003";

/// Employed, insurance in force.
pub(crate) const WANG: TestPerson = TestPerson {
    number: 1,
    name: "王小明",
    first_17: "99000019850412001",
    phone: "13900000001",
    card: "6216610000000000016",
    person_type: PersonType::InService,
    status: InsuranceStatus::Active,
};
/// Retired, insurance in force.
pub(crate) const LI: TestPerson = TestPerson {
    number: 2,
    name: "李秀兰",
    first_17: "99000019530412002",
    phone: "13900000002",
    card: "6216610000000000024",
    person_type: PersonType::Retired,
    status: InsuranceStatus::Active,
};
/// Half of the couple.
pub(crate) const CHEN: TestPerson = TestPerson {
    number: 3,
    name: "陈国强",
    first_17: "99000019600101003",
    phone: SHARED_PHONE,
    card: "6216610000000000032",
    person_type: PersonType::Retired,
    status: InsuranceStatus::Active,
};
/// Employed, insurance suspended.
pub(crate) const ZHOU: TestPerson = TestPerson {
    number: 4,
    name: "周建华",
    first_17: "99000019900909004",
    phone: "13900000004",
    card: "6216610000000000040",
    person_type: PersonType::InService,
    status: InsuranceStatus::Suspended,
};
/// A name that keyboards write in several ways.
pub(crate) const ANA: TestPerson = TestPerson {
    number: 5,
    name: "阿娜尔·买买提",
    first_17: "99000019880808005",
    phone: "13900000005",
    card: "6216610000000000057",
    person_type: PersonType::InService,
    status: InsuranceStatus::Active,
};

pub(crate) const EVERYONE: [TestPerson; 5] = [WANG, LI, CHEN, ZHOU, ANA];

pub(crate) fn region() -> Region {
    "330200".parse().expect("a region")
}

impl TestPerson {
    pub(crate) fn id(&self) -> PersonId {
        PersonId::from_bytes([self.number; 16])
    }

    pub(crate) fn id_number(&self) -> IdNumber {
        let check = check_character(self.first_17).expect("17 digits");
        format!("{}{check}", self.first_17).parse().expect("a valid number")
    }

    pub(crate) fn registered(&self) -> Person {
        let id_number = self.id_number();
        Person {
            insured: InsuredPerson {
                id: self.id(),
                region: region(),
                scheme: Scheme::Employee,
                person_type: self.person_type,
                status: self.status,
                birth: id_number.birth_date().expect("a date"),
                insured_from: model::Date::new(2010, 7, 1).expect("a date"),
                civil_servant: false,
            },
            gender: Gender::Female,
            ethnicity: "01".to_owned(),
            employer: None,
            name: Personal::new(self.name),
            id_number,
            phone: Some(Personal::new(self.phone)),
            card_number: None,
        }
    }
}

/// A hospital and a pharmacy whose agreements are in force.
pub(crate) fn institutions() -> [Institution; 2] {
    let institution = |code: &str, name: &str, kind, level| Institution {
        code: code.parse().expect("an institution code"),
        name: name.to_owned(),
        kind,
        level,
        region: region(),
        active: true,
    };
    [
        institution("H33020000001", "示例市第一医院", InstitutionKind::Hospital, InstitutionLevel::Tertiary),
        institution("P33020000001", "示例大药房", InstitutionKind::Pharmacy, InstitutionLevel::Unrated),
    ]
}
