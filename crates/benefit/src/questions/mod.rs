//! Questions about a person that are no bill: what the account is credited, whom it may help, what needs no PIN, what is
//! paid when the medical year has ended. Each is answered by dated, cited rules, and with the steps that led there.

mod credit;
mod payment;
mod sharing;
mod year_end;

use model::{Date, Fen, InsuredPerson};

use crate::accumulators::Accumulated;
use crate::policy::Policy;
use crate::{AccountBalances, Accumulators, InsurancePeriod, Particulars, PolicyBook, Refusal, Trace};

pub use credit::CreditFacts;
pub use payment::PaymentFacts;
pub use sharing::{NotShared, SharingFacts};

/// A person about whom something is asked.
#[derive(Debug, Clone)]
pub struct PersonCase {
    /// The person: of an account its owner.
    pub person: InsuredPerson,
    /// What else rules may ask for; what only a visit decides does not matter.
    pub particulars: Particulars,
    /// The day of the question, which decides the version of the policy.
    pub date: Date,
    /// What the account has.
    pub account: AccountBalances,
    /// What the settlements of the medical years have added up to.
    pub accumulators: Accumulators,
    /// The stretches of insurance that the register has; none where nothing is said of them.
    pub insurances: Vec<InsurancePeriod>,
    /// What is asked.
    pub question: Question,
}

/// What is asked about a person.
#[derive(Debug, Clone)]
pub enum Question {
    /// What the account is credited over the medical year of the day (个人账户划入).
    AccountCredit(CreditFacts),
    /// What of the account a relative may use (家庭共济).
    Sharing(SharingFacts),
    /// Whether an amount may be paid without a PIN (免密支付).
    PaymentWithoutPin(PaymentFacts),
    /// What is paid for the medical year of the day when it has ended (年终结算).
    YearEnd,
}

/// The answer, in amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Every amount with its name, in [`Question::amounts`]; one that is not there is zero.
    pub amounts: Vec<(&'static str, Fen)>,
    /// What is added to the accumulators.
    pub accumulated: Vec<Accumulated>,
    /// Why.
    pub trace: Trace,
}

impl Question {
    /// The names of the amounts of its answer.
    #[must_use]
    pub const fn amounts(&self) -> &'static [&'static str] {
        match self {
            Self::AccountCredit(_) => &["credited", "taken_back"],
            Self::Sharing(_) => &["shared"],
            Self::PaymentWithoutPin(_) => &["without_pin"],
            Self::YearEnd => {
                &["catastrophic", "large_sum", "civil_servant", "enterprise", "medical_aid", "other_fund"]
            }
        }
    }
}

impl PersonCase {
    /// Answers the question by the policies in force.
    ///
    /// # Errors
    /// There is no policy for the person on a day that matters, what is asked for is not allowed, or a value that the
    /// answer needs is not known.
    pub fn answer(&self, book: &PolicyBook) -> Result<Answer, Refusal> {
        match &self.question {
            Question::AccountCredit(facts) => credit::answer(self, book, facts),
            Question::Sharing(facts) => sharing::answer(self, self.policy(book)?, facts),
            Question::PaymentWithoutPin(facts) => payment::answer(self, self.policy(book)?, facts),
            Question::YearEnd => year_end::answer(self, book),
        }
    }

    /// The policy in force on the day, of which the person is insured.
    fn policy<'b>(&self, book: &'b PolicyBook) -> Result<&'b Policy, Refusal> {
        let policy = self.policy_on(book, self.date)?;
        policy.check_insured(&self.person, self.date)?;
        if self.person.status != model::InsuranceStatus::Active {
            return Err(Refusal::NotInForce { status: self.person.status });
        }
        Ok(policy)
    }

    fn policy_on<'b>(&self, book: &'b PolicyBook, day: Date) -> Result<&'b Policy, Refusal> {
        book.in_force(self.person.region, self.person.scheme, day)
    }

    /// A trace without steps yet.
    fn trace(&self, policy: &Policy, day: Date) -> Trace {
        let medical_year = policy.medical_year(day);
        Trace { medical_year, age: policy.age_of(&self.person, day), ..Trace::default() }
    }
}
