//! Whatever is done in whatever order, the records stay sound.

use model::{Fen, SettlementId, VisitId};
use proptest::prelude::*;
use settlement::{Action, Refusal};

use crate::world::{CLASS_A, CLASS_B, CLASS_C, RULES, World, hospital, other_hospital};

#[derive(Debug, Clone)]
enum Step {
    Visit { fen: i64, class: usize, other: bool },
    Revoke { which: usize },
    TakeCash { which: usize },
    SettleAgain { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_i64..900_000, 0_usize..3, any::<bool>()).prop_map(|(fen, class, other)| Step::Visit { fen, class, other }),
        2 => (0_usize..8).prop_map(|which| Step::Revoke { which }),
        1 => (0_usize..8).prop_map(|which| Step::TakeCash { which }),
        1 => (0_usize..8).prop_map(|which| Step::SettleAgain { which }),
    ]
}

struct Done {
    visit: VisitId,
    settlement: SettlementId,
    total: String,
    other: bool,
}

fn apply(world: &mut World, done: &mut Vec<Done>, step: &Step) -> Result<(), Refusal> {
    let code = |other| if other { other_hospital() } else { hospital() };
    match step {
        Step::Visit { fen, class, other } => {
            let total = Fen::new(*fen).to_yuan();
            let visit =
                world.visit_with(&code(*other), &[([CLASS_A, CLASS_B, CLASS_C][*class], total.as_str())]);
            let settlement = world.settle(&code(*other), visit, &total)?;
            done.push(Done { visit, settlement: settlement.id, total, other: *other });
        }
        Step::Revoke { which } => {
            let Some(one) = done.get(*which) else { return Ok(()) };
            let (settlement, other) = (one.settlement, one.other);
            let revoke = world.revoke_action(settlement);
            world.at(&code(other), revoke)?;
        }
        Step::TakeCash { which } => {
            let Some(one) = done.get(*which) else { return Ok(()) };
            let order_id = world.settlement_order(one.settlement);
            world.at(&code(one.other), Action::TakeCash { order_id })?;
        }
        Step::SettleAgain { which } => {
            let Some(one) = done.get(*which) else { return Ok(()) };
            let (visit, total, other) = (one.visit, one.total.clone(), one.other);
            let settlement = world.settle(&code(other), visit, &total)?;
            done.push(Done { visit, settlement: settlement.id, total, other });
        }
    }
    Ok(())
}

/// What the fund has paid in all settlements that stand may not exceed the yearly ceiling of the policy.
const YEARLY_CEILING: Fen = Fen::new(2_000_000);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn records_stay_sound(
        current_year in 0_i64..200_000,
        previous_years in 0_i64..200_000,
        steps in prop::collection::vec(step(), 1..14),
    ) {
        let mut world = World::new(current_year, previous_years);
        let mut done = Vec::new();
        for step in &steps {
            let before = world.clone();
            if apply(&mut world, &mut done, step).is_err() && !matches!(step, Step::Visit { .. }) {
                prop_assert_eq!(before.money(), world.money(), "a refusal changes nothing");
                prop_assert_eq!(before.events.len(), world.events.len());
            }
            world.check();
            prop_assert!(world.fund_paid() <= YEARLY_CEILING, "{} paid", world.fund_paid());
        }
    }

    #[test]
    fn revoking_everything_restores_everything(
        current_year in 0_i64..200_000,
        previous_years in 0_i64..200_000,
        amounts in prop::collection::vec((1_i64..900_000, 0_usize..3), 1..6),
        order in prop::collection::vec(any::<prop::sample::Index>(), 6),
    ) {
        let mut world = World::new(current_year, previous_years);
        let before = world.money();
        let mut open = Vec::new();
        for (fen, class) in &amounts {
            let total = Fen::new(*fen).to_yuan();
            let visit = world.visit_with(&hospital(), &[([CLASS_A, CLASS_B, CLASS_C][*class], total.as_str())]);
            open.push(world.settle(&hospital(), visit, &total).unwrap().id);
        }
        for index in order {
            if open.is_empty() {
                break;
            }
            let next = open.remove(index.index(open.len()));
            let revoke = world.revoke_action(next);
            world.at(&hospital(), revoke).unwrap();
        }
        for next in open {
            let revoke = world.revoke_action(next);
            world.at(&hospital(), revoke).unwrap();
        }
        prop_assert_eq!(world.money(), before);
        prop_assert_eq!(world.fund_paid(), Fen::ZERO);
        world.check();
    }

    /// The same context and command give the same plan: nothing hides outside the arguments.
    #[test]
    fn planning_is_a_function(fen in 1_i64..900_000) {
        let total = Fen::new(fen).to_yuan();
        let mut world = World::new(5_000, 5_000);
        let visit = world.visit_with(&hospital(), &[(CLASS_B, total.as_str())]);
        let action = world.settle_action(visit, &total);
        let command = world.message(&hospital(), "M1", 1, action);
        let context = world.context_of(&command);
        let first = settlement::plan(&RULES, &context, &command);
        prop_assert_eq!(&first, &settlement::plan(&RULES, &context, &command));
        let (previewed, _) = settlement::preview(&RULES, &context, &command).unwrap();
        let Ok(settlement::Decision::Commit(plan)) = first else { return Err(TestCaseError::fail("not a plan")) };
        prop_assert_eq!(plan.body.settlement().unwrap(), &previewed, "a preview is the settlement itself");
    }
}
