//! What the bank's refusals mean to the person who pays.

use connectors::Refusal;

use crate::web::Problem;

/// The refusal in the words of our pages where it has a remedy of its own, else in the bank's words. The codes are
/// those of UnionPay's access specification, part 5, appendix.
pub(crate) fn problem(refusal: &Refusal) -> Problem {
    match refusal.code.as_str() {
        "33" => Problem::PaymentLimit,
        "64" => Problem::InsufficientFunds,
        "71" => Problem::BankCodeWrong,
        _ if refusal.message.is_empty() => Problem::BankRefused { reason: refusal.code.clone() },
        _ => Problem::BankRefused { reason: refusal.message.clone() },
    }
}

/// The refusal as it is recorded with the order: code and words.
pub(crate) fn reason(refusal: &Refusal) -> String {
    format!("{} {}", refusal.code, refusal.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_with_a_remedy_of_their_own_are_told_apart() {
        let said = |code: &str| {
            problem(&Refusal { code: code.to_owned(), message: "卡状态不正确".to_owned() })
        };
        assert_eq!(said("64"), Problem::InsufficientFunds);
        assert_eq!(said("71"), Problem::BankCodeWrong);
        assert_eq!(said("33"), Problem::PaymentLimit);
        assert_eq!(said("63"), Problem::BankRefused { reason: "卡状态不正确".to_owned() });
        let silent = Refusal { code: "63".to_owned(), message: String::new() };
        assert_eq!(problem(&silent), Problem::BankRefused { reason: "63".to_owned() });
    }
}
