//! How the words of the product are stored: each type has one column type and one form.

use model::{
    Date, EventId, Fen, Instant, InstitutionCode, InstitutionKind, InstitutionLevel, InsuranceStatus,
    OrderId, PersonId, PersonType, Region, Scheme, SettlementId, VisitId,
};

use super::value::{Cell, ColumnType, Value};

/// A type that can be a parameter.
pub trait ToValue {
    /// The type of the column it is stored in.
    const TYPE: ColumnType;

    /// The value as it is stored.
    fn to_value(&self) -> Value;
}

/// A type that can be read from a cell.
pub trait FromCell: Sized {
    /// Reads the cell.
    ///
    /// # Errors
    /// What is wrong with the cell, in words that follow "column 3 is", without its content.
    fn from_cell(cell: Cell) -> Result<Self, String>;
}

/// The parameters of a statement, in order: `values![person_id, amount]`.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        [$($crate::engine::column::ToValue::to_value(&$value)),*]
    };
}
pub(crate) use values;

fn unexpected<T>(cell: &Cell, expected: ColumnType) -> Result<T, String> {
    Err(format!("{} where {} is expected", cell.kind(), expected.name()))
}

/// What is said of a cell whose content, not its type, is wrong.
pub(crate) fn unfit<T>(name: &'static str) -> Result<T, String> {
    Err(format!("not a {name}"))
}

impl<T: ToValue + ?Sized> ToValue for &T {
    const TYPE: ColumnType = T::TYPE;

    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    const TYPE: ColumnType = T::TYPE;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::null(T::TYPE), ToValue::to_value)
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        if cell == Cell::Null { Ok(None) } else { T::from_cell(cell).map(Some) }
    }
}

impl ToValue for i64 {
    const TYPE: ColumnType = ColumnType::Int;

    fn to_value(&self) -> Value {
        Value::Int(Some(*self))
    }
}

impl FromCell for i64 {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        match cell {
            Cell::Int(number) => Ok(number),
            other => unexpected(&other, ColumnType::Int),
        }
    }
}

impl ToValue for bool {
    const TYPE: ColumnType = ColumnType::Bool;

    fn to_value(&self) -> Value {
        Value::Bool(Some(*self))
    }
}

impl FromCell for bool {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        match cell {
            Cell::Bool(flag) => Ok(flag),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            other => unexpected(&other, ColumnType::Bool),
        }
    }
}

impl ToValue for str {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
}

impl ToValue for String {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Value {
        Value::Text(Some(self.clone()))
    }
}

impl FromCell for String {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        match cell {
            Cell::Text(text) => Ok(text),
            other => unexpected(&other, ColumnType::Text),
        }
    }
}

impl ToValue for [u8] {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }
}

impl ToValue for Vec<u8> {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.clone()))
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        match cell {
            Cell::Bytes(bytes) => Ok(bytes),
            other => unexpected(&other, ColumnType::Bytes),
        }
    }
}

impl<const N: usize> ToValue for [u8; N] {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        let bytes = Vec::from_cell(cell)?;
        let length = bytes.len();
        Self::try_from(bytes).map_err(|_| format!("{length} bytes long where {N} are expected"))
    }
}

/// Numbers that fit a BIGINT: stored as they are, checked when read.
macro_rules! small_numbers {
    ($($name:ident),+) => { $(
        impl ToValue for $name {
            const TYPE: ColumnType = ColumnType::Int;

            fn to_value(&self) -> Value {
                Value::Int(Some(i64::from(*self)))
            }
        }

        impl FromCell for $name {
            fn from_cell(cell: Cell) -> Result<Self, String> {
                Self::try_from(i64::from_cell(cell)?).or_else(|_| unfit(stringify!($name)))
            }
        }
    )+ };
}
small_numbers!(u8, u16, u32, i32);

impl FromCell for u64 {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        Self::try_from(i64::from_cell(cell)?).or_else(|_| unfit("u64"))
    }
}

/// Newtypes over `i64`.
macro_rules! integers {
    ($($name:ident: $into:ident, $from:ident);+ $(;)?) => { $(
        impl ToValue for $name {
            const TYPE: ColumnType = ColumnType::Int;

            fn to_value(&self) -> Value {
                Value::Int(Some(self.$into()))
            }
        }

        impl FromCell for $name {
            fn from_cell(cell: Cell) -> Result<Self, String> {
                i64::from_cell(cell).map(Self::$from)
            }
        }
    )+ };
}
integers! { Fen: get, new; Instant: milliseconds, from_milliseconds }

/// Identifiers of 16 bytes.
macro_rules! identifiers {
    ($($name:ident),+) => { $(
        impl ToValue for $name {
            const TYPE: ColumnType = ColumnType::Bytes;

            fn to_value(&self) -> Value {
                Value::Bytes(Some(self.to_bytes().to_vec()))
            }
        }

        impl FromCell for $name {
            fn from_cell(cell: Cell) -> Result<Self, String> {
                <[u8; 16]>::from_cell(cell).map(Self::from_bytes)
            }
        }
    )+ };
}
identifiers!(PersonId, VisitId, SettlementId, OrderId, EventId);

/// Types with a national code, stored as that code.
macro_rules! coded {
    ($($name:ident),+) => { $(
        impl ToValue for $name {
            const TYPE: ColumnType = ColumnType::Text;

            fn to_value(&self) -> Value {
                Value::Text(Some(self.code().to_owned()))
            }
        }

        impl FromCell for $name {
            fn from_cell(cell: Cell) -> Result<Self, String> {
                String::from_cell(cell)?.parse().or_else(|_| unfit(stringify!($name)))
            }
        }
    )+ };
}
coded!(Scheme, PersonType);

/// Types stored as the text that they print as and parse from.
macro_rules! printed {
    ($($name:ident),+) => { $(
        impl ToValue for $name {
            const TYPE: ColumnType = ColumnType::Text;

            fn to_value(&self) -> Value {
                Value::Text(Some(self.to_string()))
            }
        }

        impl FromCell for $name {
            fn from_cell(cell: Cell) -> Result<Self, String> {
                String::from_cell(cell)?.parse().or_else(|_| unfit(stringify!($name)))
            }
        }
    )+ };
}
printed!(Region, InstitutionCode, Date);

/// Closed lists without a national code: each variant has a word of its own.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $crate::engine::column::ToValue for $name {
            const TYPE: $crate::engine::value::ColumnType = $crate::engine::value::ColumnType::Text;

            fn to_value(&self) -> $crate::engine::value::Value {
                let word = match self {
                    $(Self::$variant => $word),+
                };
                $crate::engine::value::Value::Text(Some(word.to_owned()))
            }
        }

        impl $crate::engine::column::FromCell for $name {
            fn from_cell(cell: $crate::engine::value::Cell) -> Result<Self, String> {
                match String::from_cell(cell)?.as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => $crate::engine::column::unfit(stringify!($name)),
                }
            }
        }
    };
}
pub(crate) use words;

words!(InsuranceStatus { Active = "active", Suspended = "suspended", Ended = "ended" });
words!(InstitutionKind { Hospital = "hospital", Pharmacy = "pharmacy" });
words!(InstitutionLevel {
    TertiarySpecial = "tertiary_special",
    Tertiary = "tertiary",
    Secondary = "secondary",
    Primary = "primary",
    Community = "community",
    Unrated = "unrated",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_never_a_zero() {
        assert_eq!(i64::from_cell(Cell::Null), Err("NULL where BIGINT is expected".to_owned()));
        assert_eq!(Option::<i64>::from_cell(Cell::Null), Ok(None));
        assert!(Fen::from_cell(Cell::Null).is_err());
        assert!(bool::from_cell(Cell::Null).is_err());
        assert!(String::from_cell(Cell::Null).is_err());
    }

    #[test]
    fn another_type_or_content_is_an_error() {
        assert!(i64::from_cell(Cell::Text("1".to_owned())).is_err());
        assert!(bool::from_cell(Cell::Int(2)).is_err());
        assert!(u8::from_cell(Cell::Int(256)).is_err());
        assert_eq!(
            PersonId::from_cell(Cell::Bytes(vec![1, 2])),
            Err("2 bytes long where 16 are expected".to_owned())
        );
        assert!(Scheme::from_cell(Cell::Text("999".to_owned())).is_err());
        assert!(InstitutionKind::from_cell(Cell::Text("clinic".to_owned())).is_err());
    }

    #[test]
    fn null_keeps_the_type_of_its_column() {
        assert_eq!(None::<PersonId>.to_value(), Value::Bytes(None));
        assert_eq!(None::<Fen>.to_value(), Value::Int(None));
        assert_eq!(None::<bool>.to_value(), Value::Bool(None));
        assert_eq!(None::<String>.to_value(), Value::Text(None));
    }
}
