//! Random policies: in plain numbers for the obvious evaluator, and as a policy file for the engine.

use std::fmt::Write;

use super::random::Random;

/// The parts that layers and accounts may name, in the order in which the evaluator keeps them.
pub const PARTS: [&str; 6] =
    ["fully_self_paid", "over_limit", "first_self_paid", "deductible", "co_payment", "above_ceiling"];
pub const FUNDS: [&str; 6] =
    ["catastrophic", "large_sum", "civil_servant", "enterprise", "medical_aid", "other_fund"];
pub const STAGES: [&str; 3] = ["per_line", "per_segment", "at_output"];

/// Over which time something adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Visit,
    Stay,
    Day,
    Month,
    Year,
}

/// A layer; money in yuan, shares in per cent.
#[derive(Debug, Clone)]
pub struct PlainLayer {
    pub fund: usize,
    pub covers: Vec<usize>,
    pub start: i64,
    pub yearly: bool,
    /// Up to the first number the first share, beyond it the second.
    pub bend: i64,
    /// Whether the file says how far above the start it is.
    pub written_from_start: bool,
    pub shares: [i64; 2],
    pub most: Option<i64>,
}

/// A policy; money in yuan, shares in per cent.
#[derive(Debug, Clone)]
pub struct PlainPolicy {
    pub stage: usize,
    pub odd_fen_to_fund: bool,
    pub unmatched_is_a: bool,
    pub excess_is_over_limit: bool,
    pub first_of_materials: Option<i64>,
    /// The highest price of a bed, and whether it is for beds of class A alone.
    pub bed_price: Option<(i64, bool)>,
    /// Shares of the price up to 1,000 yuan, up to 5,000, and beyond.
    pub graded: Option<[i64; 3]>,
    pub front: Option<i64>,
    /// Fund's share of special items, and whether they share the deductible.
    pub special: Option<(i64, bool)>,
    /// The fund that special items have for themselves: from where on it pays, and its share.
    pub special_fund: Option<(i64, i64)>,
    /// The account comes first; whether the band stays when the person declines.
    pub band: Option<bool>,
    /// The price of a case or of its days.
    pub fixed_price: Option<(i64, bool)>,
    pub deductible_per: Per,
    /// Whether each disease and each hospital has a deductible of its own.
    pub deductible_of_each: (bool, bool),
    pub deductible: [i64; 2],
    /// Whether the deductible comes off what the fund pays.
    pub deductible_from_fund: bool,
    /// The deductible as a share of the bill: of the total, or of what is in scope.
    pub deductible_of_bill: Option<(bool, i64)>,
    /// The most of all deductibles of the year.
    pub deductibles_most: Option<i64>,
    /// What a stay owes after a transfer: all anew, the difference, nothing.
    pub after_transfer: usize,
    pub same_stay_days: Option<i64>,
    /// The same of the segments, and whether they go on after a transfer.
    pub segments_same_stay_days: Option<i64>,
    pub segments_after_transfer: bool,
    pub poor_times: Option<i64>,
    pub minus_per_admission: Option<i64>,
    pub deductible_at_least: Option<i64>,
    /// Ends of the first segments and the fund's share of each; one share and no end is a flat ratio.
    pub ends: Vec<i64>,
    pub shares: Vec<i64>,
    pub axis: Per,
    pub axis_includes_deductible: bool,
    pub retired_plus: Option<i64>,
    pub unfiled_minus: Option<i64>,
    pub retired_person_times: Option<i64>,
    /// Tenths of a per cent for every year of age.
    pub per_year_of_age: Option<i64>,
    /// The fund pays half in the first months of insurance.
    pub waiting_months: Option<i64>,
    pub yearly_fund: Option<i64>,
    /// What the yearly ceiling grows by with every year of insurance, from which on, and up to how much more.
    pub growth: Option<[i64; 3]>,
    pub monthly_fees: Option<i64>,
    /// Of the total, or of what is in scope.
    pub guarantee: Option<(bool, i64)>,
    pub layers: Vec<PlainLayer>,
    /// The parts of which a fund pays when the year has ended.
    pub year_end: Option<Vec<usize>>,
    /// What this year's money pays at the end, where it does not come first; earlier years'; a relative's.
    pub accounts: [Option<Vec<usize>>; 3],
    /// Which of them pay before the layers.
    pub accounts_before: [bool; 3],
    /// What must stay in them.
    pub keeps: [i64; 3],
}

impl PlainPolicy {
    /// Every lane that there is.
    const fn all(&self) -> &'static str {
        if self.special.is_some() { "lanes = [\"main\", \"special\"]" } else { "lanes = [\"main\"]" }
    }

    pub fn random(random: &mut Random) -> Self {
        let flat = random.chance(30);
        let first_end = random.from(500, 20_000);
        let ends = if flat { Vec::new() } else { vec![first_end, first_end + random.from(1, 50_000)] };
        let shares = (0..=ends.len()).map(|_| random.from(0, 101)).collect();
        let band = random.maybe(40, |random| random.chance(50));
        let layers = (0..random.from(0, 4)).map(|place| PlainLayer::random(random, place)).collect();
        Self {
            stage: random.one(&[0, 1, 2]),
            odd_fen_to_fund: random.chance(50),
            unmatched_is_a: random.chance(50),
            excess_is_over_limit: random.chance(50),
            first_of_materials: random.maybe(30, |random| random.from(0, 60)),
            bed_price: random.maybe(30, |random| (random.from(1, 200), random.chance(50))),
            graded: random.maybe(30, |random| [0, 1, 2].map(|_| random.from(0, 101))),
            front: random.maybe(30, |random| random.from(1, 40)),
            special: random.maybe(30, |random| (random.from(0, 101), random.chance(50))),
            special_fund: random.maybe(50, |random| (random.from(0, 2_000), random.from(0, 101))),
            fixed_price: random.maybe(20, |random| (random.from(1, 20_000), random.chance(40))),
            deductible_per: random.one(&[Per::Visit, Per::Stay, Per::Day, Per::Month, Per::Year]),
            deductible_of_each: (random.chance(20), random.chance(20)),
            deductible_from_fund: random.chance(20),
            deductible_of_bill: random.maybe(20, |random| (random.chance(50), random.from(0, 40))),
            deductibles_most: random.maybe(30, |random| random.from(0, 3_000)),
            after_transfer: random.one(&[0, 1, 2]),
            same_stay_days: random.maybe(40, |random| random.from(1, 30)),
            segments_same_stay_days: random.maybe(40, |random| random.from(1, 30)),
            segments_after_transfer: random.chance(40),
            deductible: [random.from(0, 3_000), random.from(0, 1_500)],
            poor_times: random.maybe(30, |random| random.from(0, 150)),
            minus_per_admission: random.maybe(30, |random| random.from(1, 500)),
            deductible_at_least: random.maybe(30, |random| random.from(0, 600)),
            ends,
            shares,
            axis: random.one(&[Per::Visit, Per::Stay, Per::Day, Per::Month, Per::Year]),
            axis_includes_deductible: random.chance(50),
            retired_plus: random.maybe(30, |random| random.from(1, 20)),
            unfiled_minus: random.maybe(30, |random| random.from(1, 40)),
            retired_person_times: random.maybe(30, |random| random.from(0, 100)),
            per_year_of_age: random.maybe(20, |random| random.from(1, 5)),
            waiting_months: random.maybe(20, |random| random.from(1, 24)),
            growth: random
                .maybe(40, |random| [random.from(1, 500), random.from(1, 10), random.from(1, 3_000)]),
            yearly_fund: random.maybe(50, |random| random.from(0, 30_000)),
            monthly_fees: random.maybe(30, |random| random.from(0, 10_000)),
            guarantee: random.maybe(20, |random| (random.chance(50), random.from(0, 80))),
            year_end: random.maybe(20, |random| random.some(6)),
            layers,
            accounts: [
                if band.is_none() { random.maybe(40, |random| random.some(6)) } else { None },
                random.maybe(60, |random| random.some(6)),
                random.maybe(30, |random| random.some(6)),
            ],
            accounts_before: [random.chance(30), random.chance(30), random.chance(30)],
            keeps: [30, 30, 0].map(|often| random.maybe(often, |random| random.from(1, 2_000)).unwrap_or(0)),
            band,
        }
    }

    /// The beginning of a file of another policy: rounded segment by segment.
    pub fn file_of_stays() -> File {
        let mut file = File { text: HEAD.to_owned(), rules: 0 };
        file.rule("rounding", "stage = \"per_segment\"\nodd_fen = \"person\"");
        file.rule("unmatched", "taken_as = \"class_c\"");
        file.rule("price_ceiling", "excess = \"over_limit\"");
        file
    }

    /// The policy as a file.
    pub fn file(&self) -> String {
        let mut file = File { text: HEAD.to_owned(), rules: 0 };
        file.rule(
            "rounding",
            &format!(
                "stage = \"{}\"\nodd_fen = \"{}\"",
                STAGES[self.stage],
                if self.odd_fen_to_fund { "fund" } else { "person" }
            ),
        );
        file.rule(
            "unmatched",
            &format!("taken_as = \"{}\"", if self.unmatched_is_a { "class_a" } else { "class_c" }),
        );
        let excess = if self.excess_is_over_limit { "over_limit" } else { "fully_self_paid" };
        file.rule("price_ceiling", &format!("excess = \"{excess}\""));
        file.rule("stay", "crossing = \"discharge_day\"\nnew_year_deductible = false\nladder_continues = true\ninterim = false");
        self.write_lanes(&mut file);
        self.write_lines(&mut file);
        self.write_pool(&mut file);
        self.write_layers(&mut file);
        file.text
    }

    fn write_lanes(&self, file: &mut File) {
        let stages = [
            ("account_band", self.band.is_some()),
            ("fixed_price", self.fixed_price.is_some()),
            ("deductible", true),
            ("share", true),
            ("ceiling", self.yearly_fund.is_some() || self.monthly_fees.is_some()),
            ("guarantee", self.guarantee.is_some()),
            ("layer", !self.layers.is_empty() || self.year_end.is_some()),
            ("account", self.accounts.iter().any(Option::is_some)),
        ];
        let stages: Vec<String> =
            stages.iter().filter(|(_, there)| *there).map(|(name, _)| format!("\"{name}\"")).collect();
        file.rule(
            "lane",
            &format!(
                "lane = \"main\"\ncare = [\"inpatient\"]\ninstitution = [\"hospital\"]\nstages = [{}]",
                stages.join(", ")
            ),
        );
        if let Some((fund, shares_deductible)) = self.special {
            let deductible = if shares_deductible { "\"deductible\", " } else { "" };
            let layer = if self.special_fund.is_some() { ", \"layer\"" } else { "" };
            let stages = format!("{deductible}\"share\"{layer}");
            file.rule(
                "lane",
                &format!("lane = \"special\"\nof = \"main\"\ngroup = [\"special\"]\nstages = [{stages}]"),
            );
            file.rule("share", &format!("lanes = [\"special\"]\nfund_pays = \"{fund} %\""));
            if let Some((start, share)) = self.special_fund {
                file.rule(
                    "layer",
                    &format!(
                        "lanes = [\"special\"]\npays = \"catastrophic\"\nplace = 1\ncovers = [\"co_payment\", \"first_self_paid\"]\n\
                         start = \"{start} yuan\"\nfund_pays = \"{share} %\"\nper = \"medical_year\"\naccumulator = \"special-burden\""
                    ),
                );
            }
        }
    }

    fn write_lines(&self, file: &mut File) {
        let all = self.all();
        if let Some(rate) = self.first_of_materials {
            file.rule("first_self_pay", &format!("{all}\ncategory = [\"material\"]\nrate = \"{rate} %\""));
        }
        if let Some((price, of_a)) = self.bed_price {
            let class = if of_a { "\nclass = [\"A\"]" } else { "" };
            file.rule(
                "price_limit",
                &format!("{all}\ncategory = [\"bed\"]{class}\nprice = \"{price} yuan\""),
            );
        }
        if let Some(shares) = self.graded {
            let [low, middle, high] = shares;
            file.rule("price_bands", &format!(
                "{all}\ngroup = [\"graded\"]\nbands = [{{ up_to = \"1000 yuan\", first_self_pay = \"{low} %\" }}, \
                 {{ up_to = \"5000 yuan\", first_self_pay = \"{middle} %\" }}, {{ first_self_pay = \"{high} %\" }}]"
            ));
        }
        if let Some(rate) = self.front {
            file.rule(
                "front_payment",
                &format!(
                    "{all}\nplace_of_care = [\"other_province\"]\nfiling = [\"none\"]\nrate = \"{rate} %\""
                ),
            );
        }
    }

    fn write_pool(&self, file: &mut File) {
        if let Some(hold) = self.band {
            let declined = if hold { "hold" } else { "skip" };
            file.rule(
                "account_band",
                &format!("lanes = [\"main\"]\naccount = \"current_year\"\nwhen_declined = \"{declined}\"\nkeeps = \"{} yuan\"", self.keeps[0]),
            );
        }
        if let Some((price, per_day)) = self.fixed_price {
            file.rule(
                "fixed_price",
                &format!(
                    "lanes = [\"main\"]\ndisease = [\"tumour\"]\nprice = \"{price} yuan\"\nper_day = {per_day}"
                ),
            );
        }
        let lanes =
            if self.special.is_some_and(|(_, shares)| shares) { self.all() } else { "lanes = [\"main\"]" };
        for (level, standard) in self.standards() {
            file.rule("deductible", &format!("{lanes}\n{level}{standard}\n{}", self.deductible_terms()));
        }
        let changes = [
            self.poor_times.map(|times| format!("with = [\"poor\"]\nplace = 1\ntimes = \"{times} %\"")),
            self.minus_per_admission
                .map(|minus| format!("place = 2\nminus_per_admission = \"{minus} yuan\"")),
            self.deductible_at_least.map(|least| format!("place = 3\nat_least = \"{least} yuan\"")),
        ];
        for change in changes.into_iter().flatten() {
            file.rule("deductible_change", &format!("{lanes}\n{change}"));
        }
        file.rule("share", &self.share());
        let changes = [
            self.retired_plus.map(|plus| format!("person = [\"retired\"]\nplace = 1\nfund_plus = \"{plus} %\"")),
            self.unfiled_minus.map(|minus| {
                format!("place_of_care = [\"other_province\"]\nfiling = [\"none\"]\nplace = 2\nfund_minus = \"{minus} %\"")
            }),
            self.retired_person_times
                .map(|times| format!("person = [\"retired\"]\nplace = 3\nperson_times = \"{times} %\"")),
            self.per_year_of_age
                .map(|tenths| format!("place = 4\nfund_plus_per_year_of_age = \"0.{tenths} %\"")),
            self.waiting_months
                .map(|months| format!("insured_months_under = {months}\nplace = 5\nfund_times = \"50 %\"")),
        ];
        for change in changes.into_iter().flatten() {
            file.rule("ratio_change", &format!("lanes = [\"main\"]\n{change}"));
        }
        let ceilings = [
            self.yearly_fund.map(|amount| ("fund_paid", amount, "medical_year", "paid")),
            self.monthly_fees.map(|amount| ("eligible_fees", amount, "month", "fees")),
        ];
        for (limits, amount, per, sum) in ceilings.into_iter().flatten() {
            let growth = self.growth.filter(|_| limits == "fund_paid").map(|[every, from, more]| {
                let most = amount + more;
                format!("\nper_insured_year = \"{every} yuan\"\nfrom_insured_year = {from}\nat_most = \"{most} yuan\"")
            });
            let growth = growth.unwrap_or_default();
            file.rule("ceiling", &format!(
                "lanes = [\"main\"]\nlimits = \"{limits}\"\namount = \"{amount} yuan\"\nper = \"{per}\"\naccumulator = \"{sum}\"{growth}"
            ));
        }
        if let Some((of_total, fund)) = self.guarantee {
            let of = if of_total { "total" } else { "in_scope" };
            file.rule("guarantee", &format!("lanes = [\"main\"]\nof = \"{of}\"\nfund_pays = \"{fund} %\""));
        }
    }

    /// The standard of every level.
    fn standards(&self) -> Vec<(String, String)> {
        if let Some((of_total, share)) = self.deductible_of_bill {
            let of = if of_total { "total" } else { "in_scope" };
            let standard = format!("standard = \"{share} %\"\nshare_of_bill = \"{of}\"\nper = \"visit\"");
            return vec![(String::new(), standard)];
        }
        let (disease, hospital) = self.deductible_of_each;
        let per = span(self.deductible_per, "per", "borne");
        let per = format!("{per}\neach_disease = {disease}\neach_hospital = {hospital}");
        let levels = [(TERTIARY, self.deductible[0]), (OTHERS, self.deductible[1])];
        let standard = |(levels, standard)| {
            (format!("level = {levels}\n"), format!("standard = \"{standard} yuan\"\n{per}"))
        };
        levels.map(standard).to_vec()
    }

    /// What every deductible says beside its standard.
    fn deductible_terms(&self) -> String {
        let most = self.deductibles_most.map(|most| {
            format!(
                "\nmost = {{ amount = \"{most} yuan\", per = \"medical_year\", accumulator = \"all-borne\" }}"
            )
        });
        let most = most.unwrap_or_default();
        let from = if self.deductible_from_fund { "\ntaken_from = \"fund\"" } else { "" };
        if self.deductible_of_bill.is_some() {
            return format!("{most}{from}");
        }
        let days = self.same_stay_days.map(|days| format!("\nsame_stay_days = {days}"));
        let after = ["anew", "difference", "nothing"][self.after_transfer];
        format!("after_transfer = \"{after}\"{most}{from}{}", days.unwrap_or_default())
    }

    fn share(&self) -> String {
        if self.ends.is_empty() {
            return format!("lanes = [\"main\"]\nfund_pays = \"{} %\"", self.shares[0]);
        }
        let mut segments = Vec::new();
        for (index, fund) in self.shares.iter().enumerate() {
            let end = self.ends.get(index).map(|end| format!("up_to = \"{end} yuan\", ")).unwrap_or_default();
            segments.push(format!("{{ {end}fund_pays = \"{fund} %\" }}"));
        }
        let mut going_on = String::new();
        if matches!(self.axis, Per::Visit | Per::Stay) {
            let days = self.segments_same_stay_days.map(|days| format!("same_stay_days = {days}\n"));
            going_on = format!(
                "{}goes_on_after_transfer = {}\n",
                days.unwrap_or_default(),
                self.segments_after_transfer
            );
        }
        format!(
            "lanes = [\"main\"]\n{}\naxis_includes_deductible = {}\n{going_on}segments = [{}]",
            span(self.axis, "axis", "position"),
            self.axis_includes_deductible,
            segments.join(", ")
        )
    }

    fn write_layers(&self, file: &mut File) {
        for (index, layer) in self.layers.iter().enumerate() {
            let place = index + 1;
            let per = if layer.yearly {
                format!("per = \"medical_year\"\naccumulator = \"burden-{place}\"")
            } else {
                "per = \"visit\"".to_owned()
            };
            let most = layer.most.map(|most| {
                format!("\nmost = {{ amount = \"{most} yuan\", per = \"medical_year\", accumulator = \"most-{place}\" }}")
            });
            let [low, high] = layer.shares;
            let (bend, from) = if layer.written_from_start {
                (layer.bend - layer.start, "segments_from = \"start\"\n")
            } else {
                (layer.bend, "")
            };
            file.rule("layer", &format!(
                "lanes = [\"main\"]\npays = \"{}\"\nplace = {place}\ncovers = [{}]\nstart = \"{} yuan\"\n{per}\n\
                 {from}segments = [{{ up_to = \"{bend} yuan\", fund_pays = \"{low} %\" }}, {{ fund_pays = \"{high} %\" }}]{}",
                FUNDS[layer.fund],
                named(&layer.covers),
                layer.start,
                most.unwrap_or_default()
            ));
        }
        if let Some(covers) = &self.year_end {
            file.rule("layer", &format!(
                "lanes = [\"main\"]\npays = \"catastrophic\"\nplace = 9\ncovers = [{}]\nstart = \"1,000 yuan\"\nfund_pays = \"50 %\"\n\
                 per = \"medical_year\"\naccumulator = \"year-end\"\npaid_at_year_end = true",
                named(covers)
            ));
        }
        let names = ["current_year", "previous_years", "mutual_aid"];
        for (place, pays) in self.accounts.iter().enumerate() {
            if let Some(pays) = pays {
                let keeps = match self.keeps[place] {
                    0 => String::new(),
                    keeps => format!("\nkeeps = \"{keeps} yuan\""),
                };
                file.rule(
                    "account",
                    &format!(
                        "lanes = [\"main\"]\naccount = \"{}\"\nplace = {}\nbefore_layers = {}\npays = [{}]{keeps}",
                        names[place],
                        place + 1,
                        self.accounts_before[place],
                        named(pays)
                    ),
                );
            }
        }
    }
}

impl PlainLayer {
    fn random(random: &mut Random, place: i64) -> Self {
        let start = random.from(0, 5_000);
        // Shares without a factor that a ratio could have, each layer its own: what comes of a division then never lies on
        // half a fen, and does not fall out of a sum either.
        let own = [50, 80, 20][usize::try_from(place).expect("small")];
        let share = |random: &mut Random| random.one(&[0, own, 100]);
        Self {
            fund: usize::try_from(random.from(0, 6)).expect("small"),
            covers: random.some(6),
            start,
            yearly: random.chance(60),
            bend: start + random.from(1, 20_000),
            written_from_start: random.chance(40),
            shares: [share(random), share(random)],
            most: random.maybe(30, |random| random.from(0, 10_000)),
        }
    }
}

const TERTIARY: &str = "[\"tertiary_special\", \"tertiary\"]";
const OTHERS: &str = "[\"secondary\", \"primary\", \"community\", \"unrated\"]";

fn named(parts: &[usize]) -> String {
    parts.iter().map(|part| format!("\"{}\"", PARTS[*part])).collect::<Vec<_>>().join(", ")
}

fn span(per: Per, key: &str, sum: &str) -> String {
    let word = match per {
        Per::Visit => "visit",
        Per::Stay => "stay",
        Per::Day => "day",
        Per::Month => "month",
        Per::Year => "medical_year",
    };
    format!("{key} = \"{word}\"\naccumulator = \"{sum}\"")
}

pub struct File {
    pub text: String,
    rules: usize,
}

impl File {
    pub fn rule(&mut self, family: &str, body: &str) {
        self.rules += 1;
        write!(
            self.text,
            "\n[[{family}]]\nrule = \"rule-{}\"\nfrom = 2020-01-01\ntitle = {{ zh = \"规则\", en = \"rule\" }}\n\
             source = \"own\"\nclause = \"made up\"\n{body}\n",
            self.rules
        )
        .expect("a string");
    }
}

const HEAD: &str = r#"
region = "990001"
scheme = "employee"

[policy]
title = { zh = "随机", en = "Random" }
from = 2020-01-01

[source.own]
document = "made up"
published = "undated"
confidence = "D"

[trait.poor]
title = { zh = "困难", en = "Poor" }

[disease.tumour]
title = { zh = "肿瘤", en = "Tumour" }

[group.graded]
title = { zh = "分级", en = "Graded" }

[group.special]
title = { zh = "特殊", en = "Special" }

[[medical_year]]
rule = "year"
from = 2020-01-01
title = { zh = "年度", en = "Year" }
starts = "01-01"
source = "own"
clause = "made up"

[[age]]
rule = "age"
from = 2020-01-01
title = { zh = "年龄", en = "Age" }
taken_on = "visit"
source = "own"
clause = "made up"

[[catalogue]]
rule = "catalogue"
from = 2020-01-01
title = { zh = "目录", en = "Catalogue" }
source = "own"
clause = "made up"

[[limited_use]]
rule = "limited"
from = 2020-01-01
title = { zh = "限用", en = "Limited use" }
source = "own"
clause = "made up"
"#;
