//! Payments that were given up, and whose money moved all the same.

use model::{Fen, OrderId};
use settlement::{Action, Actor, Attempt, Order, OrderState, PaymentResult, Refusal, Settlement};

use crate::world::{CLASS_A, World, hospital};

/// A bill of 30.00 yuan whose first try was submitted and then given up.
struct GivenUp {
    world: World,
    settlement: Settlement,
    order_id: OrderId,
}

impl GivenUp {
    fn new() -> Self {
        let mut world = World::new(0, 0);
        let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
        let settlement = world.settle(&hospital(), visit, "30.00").unwrap();
        let order_id = settlement.order_id;
        let mut bill = Self { world, settlement, order_id };
        bill.begin("A1");
        bill.submit("A1");
        bill.refuse("A1").unwrap();
        bill
    }

    fn attempt(&self, number: &str) -> Attempt {
        Attempt { channel: "unionpay".to_owned(), channel_order: number.to_owned(), at: self.world.now }
    }

    fn begin(&mut self, number: &str) {
        let attempt = self.attempt(number);
        self.world.act(Actor::Person, Action::BeginPayment { order_id: self.order_id, attempt }).unwrap();
    }

    fn submit(&mut self, number: &str) {
        let submit = Action::SubmitPayment { order_id: self.order_id, channel_order: number.to_owned() };
        self.world.act(Actor::Person, submit).unwrap();
    }

    fn resolve(&mut self, number: &str, result: PaymentResult) -> Result<(), Refusal> {
        let order_id = self.order_id;
        let resolve = Action::ResolvePayment { order_id, channel_order: number.to_owned(), result };
        let before = self.world.events.len();
        let done = self.world.act(Actor::Platform, resolve).map(|_| ());
        if done.is_ok() {
            self.world.check();
        } else {
            assert_eq!(self.world.events.len(), before, "a refusal changes nothing");
        }
        done
    }

    fn refuse(&mut self, number: &str) -> Result<(), Refusal> {
        self.resolve(number, PaymentResult::Refused { reason: "given up".to_owned() })
    }

    fn pay(&mut self, number: &str, fen: i64) -> Result<(), Refusal> {
        let (amount, channel_reference) = (Fen::new(fen), format!("Q-{number}"));
        self.resolve(number, PaymentResult::Paid { amount, channel_reference })
    }

    fn order(&self) -> &Order {
        self.world.order_of(&self.settlement)
    }

    #[track_caller]
    fn assert_paid_by(&self, number: &str) {
        let attempt = self.attempt(number);
        let channel_reference = format!("Q-{number}");
        assert_eq!(self.order().state, OrderState::Paid { attempt, channel_reference, at: self.world.now });
    }
}

#[test]
fn money_of_a_try_that_was_given_up_pays_the_order_once() {
    let mut bill = GivenUp::new();
    assert_eq!(bill.order().state, OrderState::Due);
    assert_eq!(bill.order().given_up, [bill.attempt("A1")]);
    assert_eq!(bill.pay("A1", 2_999).unwrap_err().code(), "channel_amount_differs");
    assert_eq!(bill.pay("A2", 3_000), Err(Refusal::NotPayable("due")), "a number that nobody submitted");
    bill.pay("A1", 3_000).unwrap();
    bill.assert_paid_by("A1");
    assert_eq!(bill.order().given_up, []);
    assert_eq!(bill.pay("A1", 3_000), Err(Refusal::AlreadyPaid));
}

#[test]
fn it_ends_another_try_that_was_only_begun() {
    let mut bill = GivenUp::new();
    bill.begin("A2");
    assert_eq!(bill.pay("A2", 3_000), Err(Refusal::NotPayable("authorising")), "never submitted");
    bill.pay("A1", 3_000).unwrap();
    bill.assert_paid_by("A1");
    let order_id = bill.order_id;
    let submit = Action::SubmitPayment { order_id, channel_order: "A2".to_owned() };
    assert_eq!(bill.world.act(Actor::Person, submit), Err(Refusal::AlreadyPaid));
}

#[test]
fn while_another_try_is_under_way_it_has_to_wait_for_it() {
    let mut bill = GivenUp::new();
    bill.begin("A2");
    bill.submit("A2");
    assert_eq!(bill.pay("A1", 3_000), Err(Refusal::PaymentUnderWay));
    bill.refuse("A2").unwrap();
    assert_eq!(bill.order().given_up, [bill.attempt("A1"), bill.attempt("A2")]);
    bill.pay("A1", 3_000).unwrap();
    bill.assert_paid_by("A1");
    assert_eq!(bill.pay("A2", 3_000), Err(Refusal::Overpaid("paid")));
    bill.assert_paid_by("A1");
}

#[test]
fn money_that_is_owed_no_more_is_not_booked() {
    let mut again = GivenUp::new();
    again.begin("A2");
    again.submit("A2");
    again.pay("A2", 3_000).unwrap();
    assert_eq!(again.pay("A1", 3_000), Err(Refusal::Overpaid("paid")));
    again.assert_paid_by("A2");
    let revoke = again.world.revoke_action(again.settlement.id);
    again.world.at(&hospital(), revoke).unwrap();
    assert_eq!(again.pay("A1", 3_000), Err(Refusal::Overpaid("refunding")));
    assert_eq!(again.pay("A2", 3_000), Err(Refusal::NotPayable("refunding")), "this one is known");

    let mut window = GivenUp::new();
    let order_id = window.order_id;
    window.world.at(&hospital(), Action::TakeCash { order_id }).unwrap();
    assert_eq!(window.pay("A1", 3_000), Err(Refusal::Overpaid("paid_at_window")));

    let mut reversed = GivenUp::new();
    let revoke = reversed.world.revoke_action(reversed.settlement.id);
    reversed.world.at(&hospital(), revoke).unwrap();
    assert_eq!(reversed.pay("A1", 3_000), Err(Refusal::Overpaid("closed")));
}

/// Orders of older events have no such list, and orders without such tries are stored as they always were.
#[test]
fn an_order_without_such_tries_is_stored_without_their_list() {
    let mut bill = GivenUp::new();
    let with = serde_json::to_value(bill.order()).unwrap();
    assert_eq!(with["given_up"][0]["channel_order"], "A1");
    bill.pay("A1", 3_000).unwrap();
    let without = serde_json::to_value(bill.order()).unwrap();
    assert_eq!(without.get("given_up"), None);
    assert_eq!(&serde_json::from_value::<Order>(without).unwrap(), bill.order());
}
