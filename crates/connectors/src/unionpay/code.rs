//! What the channel's response codes mean for the money.
//!
//! The list is the channel's published one of response codes. A code is a refusal only when its published meaning
//! excludes that money moved. `12` (重复交易) says that the order exists already; `42`, `74` and `75` say that money was
//! taken although something else went wrong (扣款成功…): none of them is a refusal.

/// The meaning of a respCode or origRespCode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// 00.
    Success,
    /// Taken or in work; the query will tell.
    Processing,
    /// 34: the channel has no such order (yet: a message may still be on its way).
    NoSuchOrder,
    /// Refused; no money moved.
    Refused,
    /// Not listed, or listed with a meaning that needs a person.
    Unlisted,
}

/// The codes that exclude that money moved.
const REFUSALS: [&str; 44] = [
    "01", "02", "10", "11", "13", "14", "30", "31", "32", "33", "35", "36", "38", "39", "40", "43", "44",
    "45", "46", "60", "61", "62", "63", "64", "65", "66", "67", "68", "69", "71", "72", "73", "76", "77",
    "78", "79", "80", "81", "82", "85", "87", "89", "90", "91",
];

impl Meaning {
    /// The meaning of `code`.
    #[must_use]
    pub fn of(code: &str) -> Self {
        match code {
            "00" => Self::Success,
            "03" | "04" | "05" | "12" | "70" | "83" => Self::Processing,
            "34" => Self::NoSuchOrder,
            _ if REFUSALS.contains(&code) => Self::Refused,
            _ => Self::Unlisted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_refusal_only_when_it_excludes_that_money_moved() {
        assert_eq!(Meaning::of("00"), Meaning::Success);
        assert_eq!(Meaning::of("34"), Meaning::NoSuchOrder);
        for code in ["03", "04", "05", "12"] {
            assert_eq!(Meaning::of(code), Meaning::Processing, "{code}");
        }
        for code in ["64", "66", "71", "89", "11"] {
            assert_eq!(Meaning::of(code), Meaning::Refused, "{code}");
        }
        for code in ["42", "74", "75", "A6", "99", "37", "06", "", "0", "000", "zz"] {
            assert_eq!(Meaning::of(code), Meaning::Unlisted, "{code}");
        }
    }
}
