//! Records in memory, and the commands of one hospital, one pharmacy and one person.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use benefit::{Catalogue, PolicyBook};
use ledger::{Account, ChainHead, Link};
use model::{
    CertificateType, Date, EventId, FeeItem, Fen, Instant, Institution, InstitutionCode, InstitutionKind,
    InstitutionLevel, InsuranceStatus, InsuredPerson, MedicalType, OrderId, PersonId, PersonType, Scheme,
    SettlementId, VisitId,
};
use settlement::{
    Action, Actor, BenefitAccount, Command, Committed, Context, Decision, Declared, Department, Event,
    ItemState, Order, PriorRequest, Record, Refusal, Request, RequestKey, Rules, Settlement, SettlementFile,
    SettlementKind, StoredItem, Visit, VisitFile, plan,
};

const CATALOGUE: &str = include_str!("../../../../catalogues/ningbo-sample.csv");

/// The shipped rules of Ningbo.
pub(crate) static RULES: LazyLock<Rules> = LazyLock::new(|| rules(None));

/// The rules of Ningbo, and what they say of reversals besides.
fn rules(later: Option<&str>) -> Rules {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/ningbo-employees");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, String)> = files
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    if let Some(later) = later {
        let rule = format!(
            "region = \"330200\"\nscheme = \"employee\"\n[[reversal]]\nrule = \"reversal\"\nfrom = 2023-01-01\n\
             title = {{ zh = \"撤销\", en = \"Reversal\" }}\nlater = \"{later}\"\nsource = \"nb1\"\nclause = \"made up\"\n"
        );
        files.push(("reversal.toml".to_owned(), rule));
    }
    Rules {
        policies: PolicyBook::parse(&files).unwrap(),
        catalogue: Catalogue::parse(&[("ningbo-sample.csv".to_owned(), CATALOGUE.to_owned())]).unwrap(),
        back_date_days: 90,
    }
}

/// Amlodipine: class A without a ceiling.
pub(crate) const CLASS_A: &str = "XC08CAA146A001010199002";
/// Ibuprofen: class B, 5 % first.
pub(crate) const CLASS_B: &str = "XM01AEB174A001010199006";
/// Vitamin C: class C.
pub(crate) const CLASS_C: &str = "XA11GAW049A001010199015";

/// What the region does about later settlements when an earlier one is reversed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Later {
    Stand,
    Refuse,
    Unwind,
}

impl Later {
    pub(crate) fn rules(self) -> &'static Rules {
        static REFUSE: LazyLock<Rules> = LazyLock::new(|| rules(Some("refuse")));
        static UNWIND: LazyLock<Rules> = LazyLock::new(|| rules(Some("unwind")));
        match self {
            Self::Stand => &RULES,
            Self::Refuse => &REFUSE,
            Self::Unwind => &UNWIND,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World {
    rules: Later,
    pub(crate) now: Instant,
    pub(crate) person: InsuredPerson,
    pub(crate) account: BenefitAccount,
    pub(crate) institutions: BTreeMap<InstitutionCode, Institution>,
    visits: BTreeMap<VisitId, Visit>,
    items: BTreeMap<VisitId, Vec<StoredItem>>,
    settlements: BTreeMap<SettlementId, Settlement>,
    orders: BTreeMap<OrderId, Order>,
    requests: BTreeMap<RequestKey, (Option<[u8; 32]>, Option<Committed>)>,
    pub(crate) events: Vec<Event>,
    next: u8,
}

fn institution(code: &str, kind: InstitutionKind, level: InstitutionLevel) -> (InstitutionCode, Institution) {
    let code: InstitutionCode = code.parse().unwrap();
    let institution = Institution {
        code: code.clone(),
        name: code.to_string(),
        kind,
        level,
        region: "330200".parse().unwrap(),
        active: true,
    };
    (code, institution)
}

pub(crate) fn hospital() -> InstitutionCode {
    "H33020000001".parse().unwrap()
}

pub(crate) fn other_hospital() -> InstitutionCode {
    "H33020000002".parse().unwrap()
}

pub(crate) fn pharmacy() -> InstitutionCode {
    "P33020000001".parse().unwrap()
}

impl World {
    /// An employee of 50 with this money in the account, and three institutions.
    pub(crate) fn new(current_year: i64, previous_years: i64) -> Self {
        Self::by(Later::Stand, current_year, previous_years)
    }

    /// The same in a region that treats later settlements otherwise.
    pub(crate) fn by(rules: Later, current_year: i64, previous_years: i64) -> Self {
        let person = InsuredPerson {
            id: PersonId::from_bytes([9; 16]),
            region: "330200".parse().unwrap(),
            scheme: Scheme::Employee,
            person_type: PersonType::InService,
            status: InsuranceStatus::Active,
            birth: Date::constant(1973, 1, 1),
            insured_from: Date::constant(2010, 1, 1),
            civil_servant: false,
        };
        let mut world = Self {
            rules,
            now: Instant::parse_china("2023-05-08 09:00:00").unwrap(),
            person,
            account: BenefitAccount::new(person.id),
            institutions: BTreeMap::from([
                institution("H33020000001", InstitutionKind::Hospital, InstitutionLevel::Tertiary),
                institution("H33020000002", InstitutionKind::Hospital, InstitutionLevel::Secondary),
                institution("P33020000001", InstitutionKind::Pharmacy, InstitutionLevel::Unrated),
            ]),
            visits: BTreeMap::new(),
            items: BTreeMap::new(),
            settlements: BTreeMap::new(),
            orders: BTreeMap::new(),
            requests: BTreeMap::new(),
            events: Vec::new(),
            next: 0,
        };
        world
            .act(
                Actor::Platform,
                Action::OpenAccount {
                    current_year: Fen::new(current_year),
                    previous_years: Fen::new(previous_years),
                },
            )
            .unwrap();
        world
    }

    pub(crate) fn fresh(&mut self) -> [u8; 16] {
        self.next += 1;
        let mut bytes = [0; 16];
        // With room between, for commands that make several ids of one.
        bytes[14] = self.next;
        bytes
    }

    fn context(&self, command: &Command) -> Context {
        let needs = command.needs();
        Context {
            person: self.person,
            account: self.account.clone(),
            institution: needs.institution.and_then(|code| self.institutions.get(&code).cloned()),
            visit: needs.visit.and_then(|id| self.visit_file(id)),
            settlement: needs.settlement.and_then(|id| self.settlement_file(id)),
            later: needs.settlement.filter(|_| needs.later).map_or_else(Vec::new, |id| self.later_than(id)),
            order: needs.order.and_then(|id| self.orders.get(&id).cloned()),
            token: None,
            code_used: false,
            prior: needs
                .requests
                .iter()
                .filter_map(|key| {
                    let (digest, answer) = self.requests.get(key)?;
                    Some(PriorRequest { key: key.clone(), digest: *digest, answer: answer.clone() })
                })
                .collect(),
        }
    }

    fn visit_file(&self, id: VisitId) -> Option<VisitFile> {
        let visit = self.visits.get(&id)?.clone();
        Some(VisitFile { visit, items: self.items.get(&id).cloned().unwrap_or_default() })
    }

    fn settlement_file(&self, id: SettlementId) -> Option<SettlementFile> {
        let settlement = self.settlements.get(&id)?.clone();
        let order = self.orders.get(&settlement.order_id)?.clone();
        let reversed =
            self.settlements.values().any(|other| other.kind == SettlementKind::Reversal { of: id });
        Some(SettlementFile {
            live: settlement.kind == SettlementKind::Original && !reversed,
            settlement,
            order,
        })
    }

    /// What stands and was settled after a settlement, the earliest first: ids grow.
    fn later_than(&self, id: SettlementId) -> Vec<SettlementFile> {
        let later =
            self.settlements.range(id..).skip(1).filter_map(|(later, _)| self.settlement_file(*later));
        later.filter(|file| file.live).collect()
    }

    /// Plans a command and applies the plan, as the store does.
    pub(crate) fn run(&mut self, command: &Command) -> Result<Committed, Refusal> {
        match plan(self.rules.rules(), &self.context(command), command)? {
            Decision::Replay(earlier) => Ok(*earlier),
            Decision::Commit(made) => {
                let committed = made.committed();
                assert_eq!(made.account.version, self.account.version + 1);
                assert_eq!(
                    serde_json::from_str::<settlement::EventBody>(&made.event.payload).unwrap(),
                    made.body
                );
                for record in &made.body.records {
                    self.write(record);
                }
                for request in &made.body.requests {
                    let answer = request.digest.map(|_| committed.clone());
                    self.requests.insert(request.key.clone(), (request.digest, answer));
                }
                self.account = made.account;
                self.events.push(made.event);
                Ok(committed)
            }
        }
    }

    fn write(&mut self, record: &Record) {
        match record {
            Record::Visit { visit } => {
                self.visits.insert(visit.id, visit.clone());
            }
            Record::ItemsAdded { visit_id, items } => {
                self.items.entry(*visit_id).or_default().extend(items.iter().cloned());
            }
            Record::ItemsWithdrawn { visit_id, serials } => {
                self.items
                    .entry(*visit_id)
                    .or_default()
                    .retain(|stored| !serials.contains(&stored.item.serial));
            }
            Record::Settlement { settlement } => {
                let state = match settlement.kind {
                    SettlementKind::Original => ItemState::Settled(settlement.id),
                    SettlementKind::Reversal { .. } => ItemState::Open,
                };
                for stored in self.items.entry(settlement.visit_id).or_default() {
                    if stored.item.batch == settlement.batch {
                        stored.state = state;
                    }
                }
                self.settlements.insert(settlement.id, settlement.as_ref().clone());
            }
            Record::Order { order } => {
                self.orders.insert(order.id, order.clone());
            }
            Record::CodeUse { .. } | Record::Token { .. } => {}
        }
    }

    fn command(&mut self, actor: Actor, request: Option<Request>, action: Action) -> Command {
        Command {
            person_id: self.person.id,
            event_id: EventId::from_bytes(self.fresh()),
            at: self.now,
            actor,
            request,
            action,
        }
    }

    pub(crate) fn act(&mut self, actor: Actor, action: Action) -> Result<Committed, Refusal> {
        let command = self.command(actor, None, action);
        self.run(&command)
    }

    pub(crate) fn at(&mut self, code: &InstitutionCode, action: Action) -> Result<Committed, Refusal> {
        let actor = Actor::Institution { code: code.clone(), operator: "001".to_owned() };
        self.act(actor, action)
    }

    /// A command of an institution with a message number.
    pub(crate) fn message(
        &mut self,
        code: &InstitutionCode,
        number: &str,
        digest: u8,
        action: Action,
    ) -> Command {
        let actor = Actor::Institution { code: code.clone(), operator: "001".to_owned() };
        let key = RequestKey {
            institution: code.clone(),
            operation: action.name().to_owned(),
            message_id: number.to_owned(),
        };
        self.command(actor, Some(Request { key, digest: [digest; 32] }), action)
    }

    pub(crate) fn register(&mut self, code: &InstitutionCode) -> Result<VisitId, Refusal> {
        let visit_id = VisitId::from_bytes(self.fresh());
        let began = self.now;
        self.at(
            code,
            Action::RegisterVisit {
                visit_id,
                scheme: Scheme::Employee,
                certificate: CertificateType::IdCard,
                token_digest: None,
                began,
                outpatient_no: "1".to_owned(),
                department: Some(Department {
                    code: "A03".to_owned(),
                    name: "内科".to_owned(),
                    category: "A03".to_owned(),
                }),
                doctor: None,
            },
        )?;
        Ok(visit_id)
    }

    pub(crate) fn item(&self, serial: &str, batch: &str, code: &str, yuan: &str) -> FeeItem {
        FeeItem {
            serial: serial.to_owned(),
            batch: batch.to_owned(),
            item_code: code.to_owned(),
            institution_item_code: format!("local-{code}"),
            occurred: self.now,
            price: yuan.parse().unwrap(),
            quantity: "1".parse().unwrap(),
            amount: Fen::from_yuan(yuan).unwrap(),
            approved: None,
        }
    }

    /// A registered and recorded visit with one batch of items.
    pub(crate) fn visit_with(&mut self, code: &InstitutionCode, items: &[(&str, &str)]) -> VisitId {
        let visit_id = self.register(code).unwrap();
        self.at(
            code,
            Action::RecordVisit { visit_id, medical_type: MedicalType::Outpatient, diagnoses: Vec::new() },
        )
        .unwrap();
        let items = items
            .iter()
            .enumerate()
            .map(|(n, (code, yuan))| self.item(&format!("{}", n + 1), "B1", code, yuan))
            .collect();
        self.at(code, Action::AddItems { visit_id, items }).unwrap();
        visit_id
    }

    pub(crate) fn settle_action(&mut self, visit_id: VisitId, total: &str) -> Action {
        Action::Settle {
            visit_id,
            batch: "B1".to_owned(),
            settlement_id: SettlementId::from_bytes(self.fresh()),
            order_id: OrderId::from_bytes(self.fresh()),
            scheme: Scheme::Employee,
            medical_type: MedicalType::Outpatient,
            token_digest: None,
            use_account: true,
            declared: Declared { total: Fen::from_yuan(total).unwrap(), parts: None },
        }
    }

    pub(crate) fn settle(
        &mut self,
        code: &InstitutionCode,
        visit_id: VisitId,
        total: &str,
    ) -> Result<Settlement, Refusal> {
        let action = self.settle_action(visit_id, total);
        self.at(code, action).map(|committed| committed.body.settlement().unwrap().clone())
    }

    pub(crate) fn revoke_action(&mut self, settlement_id: SettlementId) -> Action {
        Action::Revoke {
            settlement_id,
            visit_id: None,
            reversal_id: SettlementId::from_bytes(self.fresh()),
            refund_order: "refund".to_owned(),
        }
    }

    pub(crate) fn order_of(&self, settlement: &Settlement) -> &Order {
        &self.orders[&settlement.order_id]
    }

    pub(crate) fn items_of(&self, visit_id: VisitId) -> &[StoredItem] {
        &self.items[&visit_id]
    }

    pub(crate) fn settlement_order(&self, id: SettlementId) -> OrderId {
        self.settlements[&id].order_id
    }

    pub(crate) fn context_of(&self, command: &Command) -> Context {
        self.context(command)
    }

    /// What the pooled fund has paid in all settlements and reversals together.
    pub(crate) fn fund_paid(&self) -> Fen {
        Fen::sum(self.settlements.values().map(|settlement| settlement.split.pool_fund)).unwrap()
    }

    /// Everything that a reversal must bring back.
    pub(crate) fn money(&self) -> (benefit::AccountBalances, benefit::Accumulators) {
        (self.account.balances, self.account.accumulators.clone())
    }

    /// Checks what must hold of all records at any time.
    pub(crate) fn check(&self) {
        let mut head = ChainHead::EMPTY;
        let mut ledger: BTreeMap<Account, Fen> = BTreeMap::new();
        let mut replayed = BenefitAccount::new(self.person.id);
        for (n, event) in self.events.iter().enumerate() {
            assert_eq!(event.version, i64::try_from(n + 1).unwrap());
            head = head.then(Link {
                event_id: event.id,
                person_id: event.person_id,
                version: event.version,
                at: event.at,
                payload: &event.payload,
            });
            let body: settlement::EventBody = serde_json::from_str(&event.payload).unwrap();
            replayed = replayed.changed_by(&body.change).unwrap();
            for posting in body.journal.postings() {
                let balance = ledger.entry(posting.account.clone()).or_default();
                *balance = balance.plus(posting.amount).unwrap();
            }
        }
        assert_eq!(head, self.account.chain_head, "the chain covers every event");
        assert_eq!(replayed.balances, self.account.balances, "balances follow from the events");
        assert_eq!(replayed.accumulators, self.account.accumulators, "accumulators follow from the events");
        assert_eq!(Fen::sum(ledger.values().copied()).unwrap(), Fen::ZERO, "money is moved, never made");
        let of = |account| ledger.get(&account).copied().unwrap_or_default();
        assert_eq!(of(Account::CurrentYear), self.account.balances.current_year);
        assert_eq!(of(Account::PreviousYears), self.account.balances.previous_years);
        assert!(!self.account.balances.current_year.is_negative());
        assert!(!self.account.balances.previous_years.is_negative());
        assert!(of(Account::CashDue) <= Fen::ZERO, "nobody pays more cash than is due");
    }
}
