//! Random bills: in plain numbers, and as the engine takes them.

use std::sync::Arc;

use benefit::{AccountBalances, Accumulators, Case, CaseLine, EarlierStay, Particulars, Stay, StayPart};
use model::{
    CarePlace, CatalogueClass, CatalogueItem, Date, FeeCategory, Fen, Filing, InstitutionKind,
    InstitutionLevel, InsuranceStatus, InsuredPerson, MedicalType, PersonId, PersonType, Price, Quantity,
    Rate, Scheme,
};

use super::policy::{Per, PlainPolicy};
use super::random::Random;

/// A line; the price in millionths of a yuan, the quantity in ten-thousandths.
#[derive(Debug, Clone)]
pub struct PlainLine {
    /// 0 A, 1 B, 2 C.
    pub class: usize,
    pub first_percent: i64,
    pub price: i64,
    pub quantity: i64,
    pub ceiling: Option<i64>,
    pub matched: bool,
    pub limited: bool,
    pub approved: Option<bool>,
    /// 0 others, 1 beds, 2 materials.
    pub category: usize,
    /// 0 none, 1 graded, 2 special.
    pub group: usize,
}

/// A bill; money in fen.
#[derive(Debug, Clone)]
pub struct PlainBill {
    pub lines: Vec<PlainLine>,
    pub retired: bool,
    pub age: i64,
    pub poor: bool,
    pub tertiary: bool,
    pub elsewhere: bool,
    pub filed: bool,
    pub tumour: bool,
    pub hospital: usize,
    /// Days of the stay.
    pub days: i64,
    pub admission: i64,
    /// Months of insurance, and whether it began a day too late for the last of them.
    pub insured_months: (i64, bool),
    pub earlier: Option<PlainEarlier>,
    pub interim: bool,
    /// Sums before, by the key of the accumulator.
    pub before: Vec<(String, i64)>,
    pub current: i64,
    pub previous: i64,
    pub relative: i64,
    pub use_account: bool,
}

/// The stay before.
#[derive(Debug, Clone)]
pub struct PlainEarlier {
    pub days_before: i64,
    /// What was borne of its deductible, in fen.
    pub deductible: i64,
    /// What of it lay on the segments, in fen.
    pub shared: i64,
    pub transfer: bool,
    pub same_disease: bool,
}

pub const MONTH: i8 = 6;

fn day_of_bill() -> Date {
    Date::new(2023, MONTH, 15).expect("a date")
}

const HOSPITALS: [&str; 2] = ["H1", "H2"];

fn disease(tumour: bool) -> &'static str {
    if tumour { "tumour" } else { "J06" }
}

/// What the sum of the deductible is called: each disease and each hospital may have its own.
pub fn borne(policy: &PlainPolicy, tumour: bool, hospital: usize) -> String {
    let (each_disease, each_hospital) = policy.deductible_of_each;
    let disease = if each_disease { format!(".{}", disease(tumour)) } else { String::new() };
    let hospital = if each_hospital { format!(".{}", HOSPITALS[hospital]) } else { String::new() };
    format!("borne{disease}{hospital}")
}

/// The key under which a sum is kept.
pub fn key(per: Per, name: &str) -> Option<String> {
    match per {
        Per::Visit => None,
        Per::Stay => Some(format!("{name}@S1")),
        Per::Day => Some(format!("{name}.{MONTH:02}-15")),
        Per::Month => Some(format!("{name}.{MONTH:02}")),
        Per::Year => Some(name.to_owned()),
    }
}

/// A fee of class A on a day, with everything else as in another line.
pub fn fee(like: &CaseLine, index: usize, day: Date, fen: i64) -> CaseLine {
    let item = CatalogueItem {
        code: "x".to_owned(),
        name: "x".to_owned(),
        specification: String::new(),
        class: CatalogueClass::A,
        category: FeeCategory::Other,
        first_self_pay: Rate::ZERO,
        price_ceiling: None,
        limited_use: false,
        group: None,
    };
    CaseLine {
        serial: index.to_string(),
        item: Some(Arc::new(item)),
        price: Price::from_micro_yuan(fen * 10_000),
        quantity: Quantity::from_ten_thousandths(10_000),
        amount: Fen::new(fen),
        approved: None,
        date: Some(day),
        category: like.category,
    }
}

fn days_before(date: Date, days: i64) -> Date {
    (0..days).fold(date, |day, _| day.yesterday().expect("a date"))
}

impl PlainLine {
    pub fn amount(&self) -> i64 {
        let hundred_millionths = i128::from(self.price) * i128::from(self.quantity);
        i64::try_from((2 * hundred_millionths + 100_000_000) / 200_000_000).expect("small")
    }

    fn random(random: &mut Random) -> Self {
        loop {
            let line = Self {
                class: random.one(&[0, 0, 1, 1, 2]),
                first_percent: random.from(0, 50),
                price: if random.chance(50) {
                    random.from(1, 800_000) * 10_000
                } else {
                    random.from(100, 9_000_000_000)
                },
                quantity: if random.chance(70) {
                    random.from(1, 15) * 10_000
                } else {
                    random.from(1, 150_000)
                },
                ceiling: random.maybe(20, |random| random.from(10_000, 4_000_000_000)),
                matched: random.chance(90),
                limited: random.chance(15),
                approved: random.maybe(30, |random| random.chance(70)),
                category: random.one(&[0, 0, 1, 2]),
                group: random.one(&[0, 0, 0, 1, 2]),
            };
            if line.amount() > 0 {
                return line;
            }
        }
    }

    fn line(&self, serial: usize) -> CaseLine {
        let class = [CatalogueClass::A, CatalogueClass::B, CatalogueClass::C][self.class];
        let first = [0, self.first_percent * 10_000, 1_000_000][self.class];
        let item = CatalogueItem {
            code: "x".to_owned(),
            name: "x".to_owned(),
            specification: String::new(),
            class,
            category: [FeeCategory::Other, FeeCategory::Bed, FeeCategory::Material][self.category],
            first_self_pay: Rate::from_millionths(first),
            price_ceiling: self.ceiling.map(Price::from_micro_yuan),
            limited_use: self.limited,
            group: [None, Some("graded"), Some("special")][self.group].map(str::to_owned),
        };
        CaseLine {
            serial: serial.to_string(),
            item: self.matched.then(|| Arc::new(item)),
            price: Price::from_micro_yuan(self.price),
            quantity: Quantity::from_ten_thousandths(self.quantity),
            amount: Fen::new(self.amount()),
            approved: self.approved,
            date: Some(day_of_bill()),
            category: None,
        }
    }
}

impl PlainBill {
    pub fn random(random: &mut Random, policy: &PlainPolicy) -> Self {
        let mut before = Vec::new();
        let mut sum = |random: &mut Random, key: Option<String>, most: i64| {
            if let Some(key) = key {
                let amount = random.from(0, most + 1);
                if random.chance(50) && amount > 0 {
                    before.push((key, amount));
                }
            }
        };
        let (tumour, hospital) = (random.chance(30), usize::from(random.chance(50)));
        if policy.deductible_of_bill.is_none() {
            sum(random, key(policy.deductible_per, &borne(policy, tumour, hospital)), 200_000);
        }
        sum(random, policy.year_end.as_ref().and_then(|_| key(Per::Year, "year-end")), 500_000);
        sum(random, policy.deductibles_most.and_then(|_| key(Per::Year, "all-borne")), 300_000);
        let special = policy.special.and(policy.special_fund);
        sum(random, special.and_then(|_| key(Per::Year, "special-burden")), 300_000);
        if !policy.ends.is_empty() {
            sum(random, key(policy.axis, "position"), 4_000_000);
        }
        sum(random, policy.yearly_fund.and_then(|_| key(Per::Year, "paid")), 3_000_000);
        sum(random, policy.monthly_fees.and_then(|_| key(Per::Month, "fees")), 1_000_000);
        for (index, layer) in policy.layers.iter().enumerate() {
            let yearly = layer.yearly.then(|| format!("burden-{}", index + 1));
            sum(random, yearly, 2_000_000);
            sum(random, layer.most.map(|_| format!("most-{}", index + 1)), 1_000_000);
        }
        let money = |random: &mut Random| if random.chance(40) { 0 } else { random.from(0, 300_000) };
        Self {
            lines: (0..random.from(1, 6)).map(|_| PlainLine::random(random)).collect(),
            retired: random.chance(50),
            age: random.from(18, 95),
            poor: random.chance(30),
            tertiary: random.chance(50),
            elsewhere: random.chance(40),
            filed: random.chance(50),
            tumour,
            hospital,
            days: random.from(1, 12),
            admission: random.from(1, 5),
            insured_months: (random.from(1, 200), random.chance(50)),
            earlier: random.maybe(40, |random| PlainEarlier {
                days_before: random.from(0, 40),
                deductible: random.from(0, 200_000),
                shared: random.from(0, 2_000_000),
                transfer: random.chance(40),
                same_disease: random.chance(60),
            }),
            interim: random.chance(30),
            before,
            current: money(random),
            previous: money(random),
            relative: money(random),
            use_account: random.chance(80),
        }
    }

    fn insured_from(&self) -> Date {
        let (months, late) = self.insured_months;
        let month = 2023 * 12 + i64::from(MONTH) - 1 - months;
        let (year, month) =
            (i16::try_from(month / 12).expect("small"), i8::try_from(month % 12).expect("small"));
        Date::new(year, month + 1, if late { 16 } else { 15 }).expect("a date")
    }

    /// The bill as the engine takes it.
    pub fn case(&self) -> Case {
        let date = day_of_bill();
        let birth = Date::new(2023 - i16::try_from(self.age).expect("small"), 1, 1).expect("a date");
        let before: Vec<_> =
            self.before.iter().map(|(key, amount)| (2023, key.as_str().into(), Fen::new(*amount))).collect();
        Case {
            person: InsuredPerson {
                id: PersonId::from_bytes([0; 16]),
                region: "990001".parse().expect("a region"),
                scheme: Scheme::Employee,
                person_type: if self.retired { PersonType::Retired } else { PersonType::InService },
                status: InsuranceStatus::Active,
                birth,
                insured_from: self.insured_from(),
                civil_servant: false,
            },
            institution_kind: InstitutionKind::Hospital,
            institution_level: if self.tertiary {
                InstitutionLevel::Tertiary
            } else {
                InstitutionLevel::Secondary
            },
            medical_type: MedicalType::Inpatient,
            date,
            lines: self.lines.iter().enumerate().map(|(index, line)| line.line(index)).collect(),
            accumulators: Accumulators::new().plus(&before).expect("small"),
            account: AccountBalances {
                current_year: Fen::new(self.current),
                previous_years: Fen::new(self.previous),
            },
            use_account: self.use_account,
            particulars: Particulars {
                traits: if self.poor { vec!["poor".to_owned()] } else { Vec::new() },
                place: if self.elsewhere { CarePlace::OtherProvince } else { CarePlace::Local },
                filing: if self.filed { Filing::Referral } else { Filing::None },
                disease: Some(disease(self.tumour).to_owned()),
                hospital: Some(HOSPITALS[self.hospital].to_owned()),
                stay: Some(Stay {
                    admission_at_level: None,
                    rules_on: None,
                    number: "S1".to_owned(),
                    admitted: days_before(date, self.days),
                    discharged: Some(date),
                    admission: u16::try_from(self.admission).expect("small"),
                    interim: self.interim,
                    part: StayPart::default(),
                    earlier: self.earlier.as_ref().map(|earlier| EarlierStay {
                        discharged: days_before(date, self.days + earlier.days_before),
                        deductible: Fen::new(earlier.deductible),
                        shared: Some(Fen::new(earlier.shared)),
                        transfer: earlier.transfer,
                        same_disease: earlier.same_disease,
                    }),
                }),
                mutual_aid: Fen::new(self.relative),
                ..Particulars::default()
            },
        }
    }
}
