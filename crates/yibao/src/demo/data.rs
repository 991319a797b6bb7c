//! The synthetic people and institutions of the demonstration.
//!
//! Identity numbers begin with 990000, a division that does not exist; phone numbers with 154, which no operator
//! has; card numbers with 629999, which no bank has. All check digits are right.

use model::id_number::check_character;
use model::{
    Date, Fen, IdNumber, InstitutionCode, InstitutionKind, InstitutionLevel, InsuranceStatus, PersonType,
    Region,
};

use crate::failure::Failure;

/// One synthetic insured person of Ningbo's employees' scheme.
#[derive(Debug, Clone)]
pub(crate) struct SamplePerson {
    /// Name: the placeholders of Chinese examples.
    pub(crate) name: &'static str,
    /// Identity number.
    pub(crate) id_number: IdNumber,
    /// Date of birth.
    pub(crate) birth: Date,
    /// Sex, national code.
    pub(crate) gender: store::people::Gender,
    /// Class.
    pub(crate) person_type: PersonType,
    /// Whether the insurance is in force.
    pub(crate) status: InsuranceStatus,
    /// Phone number in the register.
    pub(crate) phone: String,
    /// Number of the social-security card and its bank account.
    pub(crate) card_number: String,
    /// Personal account, credited this year.
    pub(crate) current_year: Fen,
    /// Personal account, left from previous years.
    pub(crate) previous_years: Fen,
    /// Money in the bank account.
    pub(crate) bank_balance: Fen,
}

/// One synthetic institution.
#[derive(Debug, Clone)]
pub(crate) struct SampleInstitution {
    /// Code.
    pub(crate) code: InstitutionCode,
    /// Name.
    pub(crate) name: &'static str,
    /// Hospital or pharmacy.
    pub(crate) kind: InstitutionKind,
    /// Level.
    pub(crate) level: InstitutionLevel,
}

/// The region of the demonstration: Ningbo.
pub(crate) fn region() -> Result<Region, Failure> {
    "330200".parse().map_err(|error| Failure::about("region", error))
}

/// A card number with the right last digit (ISO/IEC 7812-1, Luhn) for a sequence number.
fn card_number(sequence: u32) -> String {
    let body = format!("629999{sequence:012}");
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let doubled = if place % 2 == 0 { digit.saturating_mul(2) } else { digit };
            if doubled > 9 { doubled.saturating_sub(9) } else { doubled }
        })
        .sum();
    format!("{body}{}", (10_u32.saturating_sub(sum % 10)) % 10)
}

/// A valid identity number that was never issued.
pub(crate) fn id_number(birth: Date, sequence: u32) -> Result<IdNumber, Failure> {
    let first_17 = format!("990000{:04}{:02}{:02}{sequence:03}", birth.year(), birth.month(), birth.day());
    let check =
        check_character(&first_17).ok_or_else(|| Failure::Other(format!("{first_17} is not 17 digits")))?;
    format!("{first_17}{check}").parse().map_err(|error| Failure::about("identity number", error))
}

struct Row(&'static str, (i16, i8, i8), u32, PersonType, InsuranceStatus, i64, i64, i64);

/// The people of the demonstration. Odd sequence numbers are men, even ones women, as in real numbers.
pub(crate) fn people() -> Result<Vec<SamplePerson>, Failure> {
    use InsuranceStatus::{Active, Suspended};
    use PersonType::{InService, Retired};
    [
        // Name, birth, sequence, class, status, account of this year, of previous years, bank (all fen).
        Row("张三", (1985, 3, 12), 1, InService, Active, 12_000, 30_000, 500_000),
        Row("李秀英", (1946, 4, 12), 2, Retired, Active, 0, 0, 300_000),
        Row("王五", (1972, 8, 30), 3, InService, Active, 50_000, 0, 200_000),
        Row("赵六", (1990, 11, 5), 5, InService, Suspended, 10_000, 0, 100_000),
    ]
    .into_iter()
    .map(
        |Row(name, (year, month, day), sequence, person_type, status, current_year, previous_years, bank)| {
            let birth = Date::new(year, month, day).map_err(|error| Failure::about("birth", error))?;
            let female = sequence % 2 == 0;
            Ok(SamplePerson {
                name,
                id_number: id_number(birth, sequence)?,
                birth,
                gender: if female { store::people::Gender::Female } else { store::people::Gender::Male },
                person_type,
                status,
                phone: format!("154{sequence:08}"),
                card_number: card_number(sequence),
                current_year: Fen::new(current_year),
                previous_years: Fen::new(previous_years),
                bank_balance: Fen::new(bank),
            })
        },
    )
    .collect()
}

/// The institutions of the demonstration.
pub(crate) fn institutions() -> Result<Vec<SampleInstitution>, Failure> {
    use InstitutionKind::{Hospital, Pharmacy};
    use InstitutionLevel::{Community, Secondary, Tertiary, Unrated};
    [
        ("H33020099901", "样例市第一医院", Hospital, Tertiary),
        ("H33020099902", "样例区人民医院", Hospital, Secondary),
        ("H33020099903", "样例街道社区卫生服务站", Hospital, Community),
        ("P33020099901", "样例大药房", Pharmacy, Unrated),
    ]
    .into_iter()
    .map(|(code, name, kind, level)| {
        let code = code.parse().map_err(|error| Failure::about(code, error))?;
        Ok(SampleInstitution { code, name, kind, level })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_have_the_right_last_digit() {
        // Luhn: doubling every second digit from the right, the sum is a multiple of ten.
        for sequence in 0..50 {
            let number = card_number(sequence);
            let sum: u32 = number
                .chars()
                .rev()
                .enumerate()
                .map(|(place, digit)| {
                    let digit = digit.to_digit(10).unwrap();
                    let doubled = if place % 2 == 1 { digit * 2 } else { digit };
                    doubled / 10 + doubled % 10
                })
                .sum();
            assert_eq!(sum % 10, 0, "{number}");
            assert_eq!(number.len(), 19);
        }
    }

    #[test]
    fn everyone_and_everything_is_well_formed_and_different() {
        let people = people().expect("valid");
        for person in &people {
            assert_eq!(person.id_number.birth_date(), Ok(person.birth));
            assert!(person.id_number.as_str().starts_with("990000"));
        }
        let numbers: std::collections::BTreeSet<_> =
            people.iter().map(|person| person.id_number.as_str()).collect();
        assert_eq!(numbers.len(), people.len());
        assert_eq!(institutions().expect("valid").len(), 4);
    }
}
