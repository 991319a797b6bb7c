//! What staff type, read into values.

use model::{Price, Quantity};
use settlement::{Department, Doctor};

use crate::failure::Failure;
use crate::web::Problem;

/// The longest code of a department, doctor or diagnosis (`dept_code`, `atddr_no`: C30; `diag_code`: C20).
const LONGEST_CODE: usize = 30;
/// The longest name (`dr_name`: C50).
const LONGEST_NAME: usize = 50;

/// A code with its name, as `J06.900 急性上呼吸道感染`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Letters, digits and signs of ASCII.
    pub code: String,
    /// Name.
    pub name: String,
}

impl Coded {
    /// Reads code, space, name.
    ///
    /// # Errors
    /// In `field`: it is empty, code or name is missing, or the name is too long.
    pub(super) fn read(field: &'static str, text: &str) -> Result<Self, Failure> {
        let refused = |problem| Failure::in_field(field, problem);
        let text = text.trim();
        if text.is_empty() {
            return Err(refused(Problem::Required));
        }
        let (code, name) =
            text.split_once(char::is_whitespace).ok_or_else(|| refused(Problem::CodeAndNameFormat))?;
        let name = name.trim();
        if code.len() > LONGEST_CODE || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused(Problem::CodeAndNameFormat));
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(refused(Problem::TooLong { limit: 50 }));
        }
        Ok(Self { code: code.to_owned(), name: name.to_owned() })
    }

    /// As it is typed.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.code, self.name)
    }

    /// The department of a national speciality (科别): what staff type is its code.
    pub(super) fn department(&self) -> Department {
        Department { code: self.code.clone(), name: self.name.clone(), category: self.code.clone() }
    }

    pub(super) fn doctor(&self) -> Doctor {
        Doctor { code: self.code.clone(), name: self.name.clone() }
    }
}

/// Clinical specialities of the first level, by the national code list of departments (`dept`): proposed where nothing
/// has been entered yet.
pub(super) const SPECIALITIES: [&str; 20] = [
    "A02 全科医疗科",
    "A03 内科",
    "A04 外科",
    "A05 妇产科",
    "A06 妇女保健科",
    "A07 儿科",
    "A08 小儿外科",
    "A09 儿童保健科",
    "A10 眼科",
    "A11 耳鼻咽喉科",
    "A12 口腔科",
    "A13 皮肤科",
    "A15 精神科",
    "A16 传染科",
    "A19 肿瘤科",
    "A20 急诊医学科",
    "A21 康复医学科",
    "A27 疼痛科",
    "A50 中医科",
    "A52 中西医结合科",
];

/// A unit price above zero.
///
/// # Errors
/// In `price`.
pub(super) fn price(text: &str) -> Result<Price, Failure> {
    let read = text.trim().parse::<Price>().ok().filter(|price| *price > Price::default());
    read.ok_or_else(|| Failure::in_field("price", Problem::PriceFormat))
}

/// A quantity above zero.
///
/// # Errors
/// In `quantity`.
pub(super) fn quantity(text: &str) -> Result<Quantity, Failure> {
    let read = text.trim().parse::<Quantity>().ok().filter(|quantity| *quantity > Quantity::default());
    read.ok_or_else(|| Failure::in_field("quantity", Problem::QuantityFormat))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_and_a_name_are_parted_at_the_first_space() {
        for text in
            ["J06.900 急性上呼吸道感染", " J06.900\u{3000}急性上呼吸道感染 ", "J06.900  急性上呼吸道感染"]
        {
            let read = Coded::read("diagnosis", text).expect("read");
            assert_eq!((read.code.as_str(), read.name.as_str()), ("J06.900", "急性上呼吸道感染"), "{text}");
            assert_eq!(Coded::read("diagnosis", &read.text()), Ok(read));
        }
        let problem = |text: &str| Coded::read("diagnosis", text).expect_err("refused").problem;
        assert_eq!(problem("  "), Problem::Required);
        assert_eq!(problem("J06.900"), Problem::CodeAndNameFormat);
        assert_eq!(problem("急性上呼吸道感染 J06.900"), Problem::CodeAndNameFormat);
        assert_eq!(problem(&format!("A {}", "长".repeat(51))), Problem::TooLong { limit: 50 });
        for text in SPECIALITIES {
            assert!(Coded::read("department", text).is_ok(), "{text}");
        }
    }

    #[test]
    fn numbers_are_above_zero() {
        assert_eq!(price(" 12.50 "), Ok(Price::from_micro_yuan(12_500_000)));
        assert_eq!(quantity("0.5"), Ok(Quantity::from_ten_thousandths(5_000)));
        for text in ["", "0", "-1", "1,5", "abc", "0.00000001"] {
            assert_eq!(price(text).expect_err("refused").field.as_deref(), Some("price"), "{text}");
            assert_eq!(quantity(text).expect_err("refused").field.as_deref(), Some("quantity"), "{text}");
        }
    }
}
