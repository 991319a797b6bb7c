//! Stays over the end of the year and over many days: how the policy cuts them, written down once more in the obvious way.
//! Days are numbers, 0 is the first of January 2023; every line is one fee of class A.

use std::collections::BTreeMap;

use benefit::{PolicyBook, Stay, settle};
use model::{Date, Fen};

use super::bill::PlainBill;
use super::fraction::{Fraction, percent, whole};
use super::policy::PlainPolicy;
use super::random::Random;

/// Days of the years 2023, 2024 and 2025.
const YEARS: [i64; 3] = [365, 366, 365];

/// How a policy cuts stays, and what it takes of each part; money in yuan, shares in per cent.
#[derive(Debug, Clone)]
struct PlainRule {
    /// The settlement day, the discharge day, every fee's own day.
    crossing: usize,
    new_year_deductible: bool,
    ladder_continues: bool,
    period_days: Option<i64>,
    standard: i64,
    minus_per_admission: i64,
    end: i64,
    shares: [i64; 2],
    yearly_fund: i64,
}

#[derive(Debug, Clone)]
struct PlainStay {
    admitted: i64,
    discharged: i64,
    settled: i64,
    admission: i64,
    /// Day and amount in fen of every fee.
    fees: Vec<(i64, i64)>,
    /// What the fund paid in each year before, in fen.
    paid: [i64; 3],
}

/// What one bill of a stay comes to, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PlainPart {
    year: usize,
    deductible: i64,
    co_payment: i64,
    above_ceiling: i64,
    fund: i64,
}

fn year_of(day: i64) -> usize {
    let ends = [YEARS[0], YEARS[0] + YEARS[1]];
    ends.iter().filter(|end| day >= **end).count()
}

fn date(day: i64) -> Date {
    let first = Date::new(2023, 1, 1).expect("a date");
    (0..day).fold(first, |date, _| date.tomorrow().expect("a date"))
}

impl PlainRule {
    fn random(random: &mut Random) -> Self {
        Self {
            crossing: random.one(&[0, 1, 2, 2]),
            new_year_deductible: random.chance(50),
            ladder_continues: random.chance(50),
            period_days: random.maybe(50, |random| random.from(5, 120)),
            standard: random.from(0, 1_500),
            minus_per_admission: random.from(0, 400),
            end: random.from(1_000, 8_000),
            shares: [random.from(0, 101), random.from(0, 101)],
            yearly_fund: random.from(0, 30_000),
        }
    }

    fn book(&self) -> PolicyBook {
        let mut file = PlainPolicy::file_of_stays();
        let crossing = ["settlement_day", "discharge_day", "fee_day"][self.crossing];
        let days = self.period_days.map(|days| format!("period_days = {days}\n")).unwrap_or_default();
        file.rule("stay", &format!(
            "crossing = \"{crossing}\"\nnew_year_deductible = {}\nladder_continues = {}\n{days}interim = false",
            self.new_year_deductible, self.ladder_continues
        ));
        file.rule("lane", "lane = \"main\"\ncare = [\"inpatient\"]\ninstitution = [\"hospital\"]\nstages = [\"deductible\", \"share\", \"ceiling\"]");
        file.rule(
            "deductible",
            &format!(
                "lanes = [\"main\"]\nstandard = \"{} yuan\"\nper = \"stay\"\naccumulator = \"borne\"",
                self.standard
            ),
        );
        file.rule(
            "deductible_change",
            &format!(
                "lanes = [\"main\"]\nplace = 1\nminus_per_admission = \"{} yuan\"",
                self.minus_per_admission
            ),
        );
        file.rule("share", &format!(
            "lanes = [\"main\"]\naxis = \"stay\"\naccumulator = \"position\"\naxis_includes_deductible = false\n\
             segments = [{{ up_to = \"{} yuan\", fund_pays = \"{} %\" }}, {{ fund_pays = \"{} %\" }}]",
            self.end, self.shares[0], self.shares[1]
        ));
        file.rule("ceiling", &format!(
            "lanes = [\"main\"]\nlimits = \"fund_paid\"\namount = \"{} yuan\"\nper = \"medical_year\"\naccumulator = \"paid\"",
            self.yearly_fund
        ));
        PolicyBook::parse(&[("stays.toml".to_owned(), file.text.clone())]).unwrap_or_else(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}\n{}", lines.join("\n"), file.text)
        })
    }

    /// The period of the stay in which a day lies.
    fn period(&self, stay: &PlainStay, day: i64) -> i64 {
        match self.period_days {
            Some(days) => (day - stay.admitted) / days,
            None => 0,
        }
    }

    fn first_day(&self, stay: &PlainStay, period: i64) -> i64 {
        stay.admitted + period * self.period_days.unwrap_or(0)
    }

    /// Which stay of its own year a period is, as deductibles count them.
    fn admission(&self, stay: &PlainStay, period: i64) -> i64 {
        let year = |period: i64| year_of(self.first_day(stay, period));
        if self.crossing != 2 || year(period) == year(0) {
            return stay.admission + period;
        }
        // In a later year the stay counts from one again: periods that begin in it, and the one that came over its first day
        // where that owed a deductible there.
        let begun = (0..=period).filter(|other| year(*other) == year(period)).count();
        let first = (0..=period).find(|other| year(*other) == year(period)).expect("itself");
        let comes_over = self.first_day(stay, first) > first_day_of(year(period));
        i64::try_from(begun).expect("small") + i64::from(comes_over && self.new_year_deductible)
    }

    /// The bills of a stay.
    fn settled(&self, stay: &PlainStay) -> Vec<PlainPart> {
        let mut bills: BTreeMap<(i64, usize), i64> = BTreeMap::new();
        for (day, amount) in &stay.fees {
            let year = match self.crossing {
                0 => year_of(stay.settled),
                1 => year_of(stay.discharged),
                _ => year_of(*day),
            };
            *bills.entry((self.period(stay, *day), year)).or_default() += amount;
        }
        let mut paid = stay.paid;
        let mut borne: BTreeMap<(i64, Option<usize>), i64> = BTreeMap::new();
        let mut entered: BTreeMap<(i64, Option<usize>), i64> = BTreeMap::new();
        let mut parts = Vec::new();
        for ((period, year), amount) in bills {
            let begun = year_of(self.first_day(stay, period));
            // Only fees of their own days make the part after the end of a year another one.
            let new_part = (self.crossing == 2 && year != begun).then_some(year);
            let own_deductible = new_part.filter(|_| self.new_year_deductible);
            let admission = if own_deductible.is_some() { 1 } else { self.admission(stay, period) };
            let standard = (self.standard - self.minus_per_admission * (admission - 1)).max(0) * 100;
            let borne = borne.entry((period, own_deductible)).or_default();
            let deductible = amount.min((standard - *borne).max(0));
            *borne += deductible;
            let entered = entered.entry((period, new_part.filter(|_| !self.ladder_continues))).or_default();
            let left = (self.yearly_fund * 100 - paid[year]).max(0);
            let (fund, taken) = self.shared(*entered, amount - deductible, left);
            *entered += taken;
            paid[year] += fund;
            let above_ceiling = amount - deductible - taken;
            parts.push(PlainPart { year, deductible, co_payment: taken - fund, above_ceiling, fund });
        }
        parts
    }

    /// What the fund pays of an amount, at most `left`, and how much of it it takes part in.
    fn shared(&self, position: i64, amount: i64, left: i64) -> (i64, i64) {
        let (mut fund, mut taken) = (0, 0);
        let first = (self.end * 100 - position).clamp(0, amount);
        for (part, share) in [(first, self.shares[0]), (amount - first, self.shares[1])] {
            let due = (whole(part) * percent(share)).rounded();
            if fund + due > left {
                let may = left - fund;
                let reached: Fraction = whole(may) / percent(share);
                return (left, taken + reached.rounded().max(may).min(part));
            }
            (fund, taken) = (fund + due, taken + part);
        }
        (fund, taken)
    }
}

fn first_day_of(year: usize) -> i64 {
    YEARS[..year].iter().sum()
}

impl PlainStay {
    fn random(random: &mut Random) -> Self {
        let admitted = random.from(200, 500);
        let discharged = admitted + random.from(0, 500);
        let day = |random: &mut Random| random.from(admitted, discharged + 1);
        Self {
            admitted,
            discharged,
            settled: discharged + random.from(0, 20),
            admission: random.from(1, 4),
            fees: (0..random.from(1, 9)).map(|_| (day(random), random.from(1, 600_000))).collect(),
            paid: [0, 1, 2].map(|_| random.maybe(50, |random| random.from(0, 2_000_000)).unwrap_or(0)),
        }
    }

    /// What the engine makes of it.
    fn parts(&self, random: &mut Random, book: &PolicyBook) -> Vec<PlainPart> {
        let policy = PlainPolicy::random(random);
        let mut case = PlainBill::random(random, &policy).case();
        case.particulars = benefit::Particulars::default();
        case.account = benefit::AccountBalances::default();
        case.date = date(self.settled);
        let paid = self.paid.iter().enumerate();
        let before: Vec<_> =
            paid.map(|(year, fen)| (2023 + year as i16, "paid".into(), Fen::new(*fen))).collect();
        case.accumulators = benefit::Accumulators::new().plus(&before).expect("small");
        case.particulars.stay = Some(Stay {
            number: "S1".to_owned(),
            admitted: date(self.admitted),
            discharged: Some(date(self.discharged)),
            admission: u16::try_from(self.admission).expect("small"),
            admission_at_level: None,
            rules_on: None,
            interim: false,
            part: benefit::StayPart::default(),
            earlier: None,
        });
        let line = case.lines.first().cloned().expect("a line");
        let line =
            |(index, (day, fen)): (usize, &(i64, i64))| super::bill::fee(&line, index, date(*day), *fen);
        case.lines = self.fees.iter().enumerate().map(line).collect();
        let parts = settle(book, &case).expect("settled");
        let part = |part: &benefit::Part| PlainPart {
            year: usize::try_from(part.trace.medical_year - 2023).expect("small"),
            deductible: part.split.deductible.get(),
            co_payment: part.split.co_payment.get(),
            above_ceiling: part.split.above_ceiling.get(),
            fund: part.split.pool_fund.get(),
        };
        parts.iter().map(part).collect()
    }
}

#[test]
fn stays_are_cut_as_the_rules_say() {
    let (mut over_the_year, mut in_periods) = (0, 0);
    for seed in 0..1_500 {
        let mut random = Random::new(5_000_000 + seed);
        let rule = PlainRule::random(&mut random);
        let book = rule.book();
        for _ in 0..40 {
            let stay = PlainStay::random(&mut random);
            let (engine, obvious) = (stay.parts(&mut random, &book), rule.settled(&stay));
            assert_eq!(engine, obvious, "seed {seed}: {rule:#?}\n{stay:#?}");
            over_the_year += usize::from(obvious.iter().any(|part| part.year != obvious[0].year));
            in_periods += usize::from(rule.period_days.is_some() && obvious.len() > 2);
        }
    }
    assert!(over_the_year > 5_000 && in_periods > 5_000, "only {over_the_year} and {in_periods}");
}
