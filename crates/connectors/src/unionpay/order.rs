//! What identifies a transaction with the channel.

use model::{Fen, Instant};

use crate::Error;

/// An order: number and time together identify it (`orderId`, `txnTime`), for repeats and for the query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Order {
    number: String,
    time: String,
}

impl Order {
    /// The order with `number`, opened at `time`, which must be the present when it is first sent. Of `time` the
    /// channel keeps whole seconds.
    ///
    /// # Errors
    /// [`Error::Argument`] when the number is not 8 to 40 letters or digits.
    pub fn new(number: &str, time: Instant) -> Result<Self, Error> {
        let right = (8..=40).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric());
        if !right {
            return Err(Error::Argument {
                field: "the order number",
                rule: "must have 8 to 40 letters or digits",
            });
        }
        Ok(Self { number: number.to_owned(), time: time.to_china_digits() })
    }

    /// The order that a message of the channel names.
    pub(crate) fn from_wire(number: &str, time: &str) -> Option<Self> {
        let time_is_right = time.len() == 14 && time.bytes().all(|b| b.is_ascii_digit());
        time_is_right.then(|| Self { number: number.to_owned(), time: time.to_owned() })
    }

    /// `orderId`.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// `txnTime`: yyyyMMddHHmmss in the time of China.
    #[must_use]
    pub fn time(&self) -> &str {
        &self.time
    }
}

/// `txnAmt`: whole fen, more than zero, at most twelve digits.
pub(crate) fn wire_amount(amount: Fen) -> Result<String, Error> {
    if (1..=999_999_999_999).contains(&amount.get()) {
        Ok(amount.get().to_string())
    } else {
        Err(Error::Argument {
            field: "the amount",
            rule: "must be more than zero and at most twelve digits of fen",
        })
    }
}

/// Reads `txnAmt`.
pub(crate) fn read_amount(text: &str) -> Option<Fen> {
    let right = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| right).map(Fen::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_written_in_the_time_of_china() {
        let time = Instant::parse_china("2023-05-01 08:30:00").expect("a time");
        let order = Order::new("01H0000000000000000000ABCD", time).expect("an order");
        assert_eq!((order.number(), order.time()), ("01H0000000000000000000ABCD", "20230501083000"));
        for number in ["", "1234567", "ORDER_0001", "ORDER-0001", "订单00000001", &"A".repeat(41)] {
            assert!(Order::new(number, time).is_err(), "{number}");
        }
    }

    #[test]
    fn amounts_are_whole_positive_fen() {
        assert_eq!(wire_amount(Fen::new(3860)).as_deref(), Ok("3860"));
        assert!(wire_amount(Fen::ZERO).is_err());
        assert!(wire_amount(Fen::new(-1)).is_err());
        assert_eq!(read_amount("3860"), Some(Fen::new(3860)));
        for text in ["", "-1", "+1", "1.0", "0x10", "1234567890123"] {
            assert_eq!(read_amount(text), None, "{text}");
        }
    }
}
