//! Commit lanes: many commands in one transaction.
//!
//! A lane takes the commands that wait, at most [`GROUP`] of them, loads everything they need in a few queries, plans
//! each, swaps their benefit accounts in one statement, writes their rows table by table, commits once and answers. A
//! person always hashes to the same lane. What a group cannot settle (a lost swap, a failure of the database) is tried
//! again command by command.

use std::collections::HashSet;
use std::sync::Arc;

use model::PersonId;
use settlement::{
    Action, BenefitAccount, Command, Committed, Context, Decision, Needs, Plan, Refusal, RequestKey, Rules,
};
use tokio::sync::{Notify, oneshot};

use crate::StoreError;
use crate::engine::connection::{EngineKind, Transaction};
use crate::records::{Rows, benefit_accounts, context};
use crate::worker::{Worker, pause};

/// Commands in one transaction at most: beyond this the measured gain is small and the wait of the first grows.
pub(crate) const GROUP: usize = 64;

/// How often one command is planned anew before it is given up.
const TRIES: u32 = 6;

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What was committed.
    pub committed: Committed,
    /// Whether that was earlier, by the same request, so that nothing was done now.
    pub replayed: bool,
}

/// Why a command did nothing, or may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The rules refuse it; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody is registered under this identifier.
    #[error("no insured person is registered under this number")]
    UnknownPerson,
    /// The store failed. `OutcomeUnknown` is resolved by sending the same request again: it is answered, or done, once.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Answer = Result<Outcome, SubmitError>;

/// A command that waits for its lane.
pub(crate) struct Submission {
    pub(crate) rules: Arc<Rules>,
    pub(crate) command: Command,
    pub(crate) reply: oneshot::Sender<Answer>,
}

/// The lane of a person among `lanes`.
pub(crate) fn lane_of(person_id: PersonId, lanes: usize) -> usize {
    // The last bytes of an identifier are random.
    let [.., a, b, c, d] = person_id.to_bytes();
    let number = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(0);
    number.checked_rem(lanes).unwrap_or(0)
}

/// Commits what waits and answers each command.
pub(crate) fn commit_all(worker: &mut Worker, mut waiting: Vec<Submission>, news: &Notify) {
    // Nobody waits for the answer any more: the work is dropped before it costs anything.
    waiting.retain(|submission| !submission.reply.is_closed());
    while !waiting.is_empty() {
        let (group, later) = independent(waiting);
        commit_group(worker, group, news);
        waiting = later;
    }
}

/// The first commands of each person and request, in their order, and those that must see what they do.
fn independent(waiting: Vec<Submission>) -> (Vec<Submission>, Vec<Submission>) {
    let mut people: HashSet<PersonId> = HashSet::new();
    let mut requests: HashSet<RequestKey> = HashSet::new();
    let (mut group, mut later) = (Vec::with_capacity(waiting.len()), Vec::new());
    for submission in waiting {
        let person_id = submission.command.person_id;
        let keys = remembered(&submission.command);
        if people.contains(&person_id) || keys.iter().any(|key| requests.contains(*key)) {
            people.insert(person_id);
            later.push(submission);
        } else {
            people.insert(person_id);
            requests.extend(keys.into_iter().cloned());
            group.push(submission);
        }
    }
    (group, later)
}

/// The requests that a command will remember.
fn remembered(command: &Command) -> Vec<&RequestKey> {
    let forbidden = match &command.action {
        Action::ForbidRequest { key } => Some(key),
        _ => None,
    };
    command.request.iter().map(|request| &request.key).chain(forbidden).collect()
}

/// What a try made of one command.
enum Try {
    Answered(Box<Answer>),
    /// The records changed under it; nothing was written for it.
    Overtaken,
}

fn commit_group(worker: &mut Worker, group: Vec<Submission>, news: &Notify) {
    let commands: Vec<&Submission> = group.iter().collect();
    let tries = match run(worker, &commands, news) {
        Ok(tries) => tries,
        Err(error) if matches!(error, StoreError::OutcomeUnknown(_)) || unreachable(worker, &error) => {
            group.into_iter().for_each(|submission| answer(submission, Err(error.clone().into())));
            return;
        }
        // One of them may be to blame; alone each gets the answer that is its own.
        Err(_) => group.iter().map(|_| Try::Overtaken).collect(),
    };
    for (submission, outcome) in group.into_iter().zip(tries) {
        let outcome = match outcome {
            Try::Answered(outcome) => *outcome,
            Try::Overtaken => commit_one(worker, &submission, news),
        };
        answer(submission, outcome);
    }
}

/// Plans one command in a transaction of its own, again while others overtake it.
fn commit_one(worker: &mut Worker, submission: &Submission, news: &Notify) -> Answer {
    let mut last = StoreError::Collision("the person's records change too often".to_owned());
    for tried in 1..=TRIES {
        match run(worker, &[submission], news).map(|mut tries| tries.pop()) {
            Ok(Some(Try::Answered(outcome))) => return *outcome,
            Ok(Some(Try::Overtaken) | None) => {}
            Err(error) if is_final(&error) || unreachable(worker, &error) => return Err(error.into()),
            Err(error) => last = error,
        }
        pause(tried);
    }
    Err(last.into())
}

/// Whether trying again is wrong or useless. A `Conflict` is another command's row that the next try will see.
const fn is_final(error: &StoreError) -> bool {
    !matches!(error, StoreError::Collision(_) | StoreError::Conflict | StoreError::Unavailable(_))
}

/// Whether the database is away and cannot be reached anew, so that further tries would only make everyone wait.
fn unreachable(worker: &mut Worker, error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(_)) && worker.connection().is_err()
}

fn answer(submission: Submission, outcome: Answer) {
    // The caller may have gone; the idempotency record will answer them when they ask again.
    let _ = submission.reply.send(outcome);
}

/// One transaction for these commands, which are independent of each other.
fn run(worker: &mut Worker, submissions: &[&Submission], news: &Notify) -> Result<Vec<Try>, StoreError> {
    let mut transaction = worker.connection()?.begin()?;
    let mut decided = decide(&mut transaction, submissions)?;
    let plans = decided.plans();
    let has_news = plans.iter().any(|plan| !plan.body.messages.is_empty());
    if plans.is_empty() {
        return Ok(decided.answers());
    }
    let won = write(&mut transaction, &plans)?;
    decided.forget_overtaken(&won);
    if let Err(error) = transaction.commit() {
        worker.note_commit_failure(&error);
        return Err(error);
    }
    if has_news {
        news.notify_one();
    }
    Ok(decided.answers())
}

/// What is to become of each command.
struct Decided(Vec<One>);

enum One {
    Write(Box<Plan>),
    Answer(Box<Answer>),
    Overtaken,
}

fn decide(transaction: &mut Transaction<'_>, submissions: &[&Submission]) -> Result<Decided, StoreError> {
    let needs: Vec<Needs> = submissions.iter().map(|submission| submission.command.needs()).collect();
    let wanted: Vec<(PersonId, &Needs)> = submissions
        .iter()
        .zip(&needs)
        .map(|(submission, needs)| (submission.command.person_id, needs))
        .collect();
    let contexts = context::load_many(transaction, &wanted)?;
    let mut decided = Vec::with_capacity(submissions.len());
    let mut refused = Vec::new();
    for (submission, loaded) in submissions.iter().zip(&contexts) {
        decided.push(one(submission, loaded.as_ref()));
        if let (Some(One::Answer(answer)), Some(loaded)) = (decided.last(), loaded)
            && matches!(**answer, Err(SubmitError::Refused(_)))
        {
            refused.push((decided.len().saturating_sub(1), &loaded.account));
        }
    }
    for index in overtaken(transaction, &refused)? {
        if let Some(place) = decided.get_mut(index) {
            *place = One::Overtaken;
        }
    }
    Ok(Decided(decided))
}

fn one(submission: &Submission, loaded: Option<&Context>) -> One {
    let Some(loaded) = loaded else { return One::Answer(Box::new(Err(SubmitError::UnknownPerson))) };
    match settlement::plan(&submission.rules, loaded, &submission.command) {
        Ok(Decision::Commit(plan)) => One::Write(plan),
        Ok(Decision::Replay(committed)) => {
            One::Answer(Box::new(Ok(Outcome { committed: *committed, replayed: true })))
        }
        Err(refusal) => One::Answer(Box::new(Err(refusal.into()))),
    }
}

/// Which refusals rest on records that another process changed while they were read. At READ COMMITTED each query sees
/// a state of its own, so a refusal counts only when the account is still at the version that was read first; a plan
/// is checked by its swap. SQLite holds the write lock, so nothing can change.
fn overtaken(
    transaction: &mut Transaction<'_>,
    refused: &[(usize, &BenefitAccount)],
) -> Result<Vec<usize>, StoreError> {
    if transaction.kind() == EngineKind::Sqlite || refused.is_empty() {
        return Ok(Vec::new());
    }
    let people: Vec<PersonId> = refused.iter().map(|(_, account)| account.person_id).collect();
    let versions = benefit_accounts::versions(transaction, &people)?;
    let now = |account: &BenefitAccount| versions.get(&account.person_id).copied().unwrap_or(0);
    Ok(refused
        .iter()
        .filter(|(_, account)| now(account) != account.version)
        .map(|(index, _)| *index)
        .collect())
}

/// Swaps the accounts of all plans, then writes the rows of those that won; for each, whether it won.
fn write(transaction: &mut Transaction<'_>, plans: &[&Plan]) -> Result<Vec<bool>, StoreError> {
    // In the order of the persons, so that two processes lock the same accounts in the same order.
    let mut order: Vec<usize> = (0..plans.len()).collect();
    order.sort_unstable_by_key(|index| plans.get(*index).map(|plan| plan.account.person_id));
    let accounts: Vec<&BenefitAccount> =
        order.iter().filter_map(|index| plans.get(*index)).map(|plan| &plan.account).collect();
    let swapped = benefit_accounts::swap(transaction, &accounts)?;
    let mut won = vec![false; plans.len()];
    let mut rows = Rows::default();
    for (index, swapped) in order.into_iter().zip(swapped) {
        if let (true, Some(plan), Some(place)) = (swapped, plans.get(index), won.get_mut(index)) {
            *place = true;
            rows.add(&plan.event, &plan.body)?;
        }
    }
    rows.write(transaction)?;
    Ok(won)
}

impl Decided {
    fn plans(&self) -> Vec<&Plan> {
        self.0
            .iter()
            .filter_map(|one| match one {
                One::Write(plan) => Some(plan.as_ref()),
                One::Answer(_) | One::Overtaken => None,
            })
            .collect()
    }

    /// Takes out the plans that did not win, in the order of [`Self::plans`].
    fn forget_overtaken(&mut self, won: &[bool]) {
        let written = self.0.iter_mut().filter(|one| matches!(one, One::Write(_)));
        for (one, _) in written.zip(won).filter(|(_, won)| !**won) {
            *one = One::Overtaken;
        }
    }

    fn answers(self) -> Vec<Try> {
        let tried = |one| match one {
            One::Overtaken => Try::Overtaken,
            One::Answer(answer) => Try::Answered(answer),
            One::Write(plan) => {
                let Plan { event, body, .. } = *plan;
                let committed =
                    Committed { event_id: event.id, person_id: event.person_id, at: event.at, body };
                Try::Answered(Box::new(Ok(Outcome { committed, replayed: false })))
            }
        };
        self.0.into_iter().map(tried).collect()
    }
}
