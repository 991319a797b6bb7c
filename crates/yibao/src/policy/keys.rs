//! The tables and keys of policy files: what each of them says to people.

use benefit::{Declaration, Written};

use super::language::Language;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It narrows the rule.
    Condition,
    /// It names the lanes that the rule is for.
    Lanes,
    /// It is what the rule says.
    Value,
    /// It is told together with another key.
    Part,
    /// It says what the rule is called, from when it holds, and where it was read.
    Origin,
}

/// How the value of a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it stands: texts, numbers, dates, rates.
    Plain,
    /// Words of a closed list.
    Words(&'static str),
    /// Steps of a lane, one after the other.
    Steps,
    /// Names that the policy declares.
    Declared(Declaration),
    /// Names of lanes.
    Lanes,
    /// An amount of money, or a share of a reference.
    Amount,
    /// Percentage points.
    Points,
    /// `true` or `false`; the phrase has both, with `|` between them. An empty one is not said.
    Truth,
    /// A day of the year.
    Day,
    /// The name of a sum that adds up.
    Sum,
    /// Stretches of an axis.
    Segments,
    /// A reason in both languages.
    Reason,
    /// A table or tables with keys of their own.
    Tables,
}

/// A key: the table (or the key that holds the table) that it stands in, any where empty; and its phrase, with the value in
/// the place of `{}`.
pub(super) struct Key {
    pub(super) table: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) form: Form,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
}

type Row = (&'static str, &'static str, Form, &'static str, &'static str);

const ORIGIN: &[&str] =
    &["rule", "from", "last_day", "title", "source", "clause", "reading", "confidence", "name", "lane"];

use Form::{Amount, Day, Declared, Lanes, Plain, Points, Reason, Segments, Steps, Sum, Tables, Truth, Words};

const CONDITIONS: &[Row] = &[
    ("", "care", Words("MedicalType"), "{}", "{}"),
    ("", "institution", Words("InstitutionKind"), "{}", "{}"),
    ("", "person", Words("PersonType"), "{}", "{}"),
    ("", "level", Words("InstitutionLevel"), "{}", "{}"),
    ("", "age_from", Plain, "满 {} 周岁", "aged {} and over"),
    ("", "age_under", Plain, "不满 {} 周岁", "under {} years of age"),
    ("", "insured_years_from", Plain, "参保满 {} 年", "insured for {} years and more"),
    ("", "insured_years_under", Plain, "参保不满 {} 年", "insured for less than {} years"),
    ("", "insured_months_from", Plain, "参保满 {} 个月", "insured for {} months and more"),
    ("", "insured_months_under", Plain, "参保不满 {} 个月", "insured for less than {} months"),
    ("", "admission_from", Plain, "本年度第 {} 次住院起", "from stay number {} of the year"),
    ("", "admission_under", Plain, "本年度第 {} 次住院之前", "before stay number {} of the year"),
    (
        "",
        "admission_at_level_from",
        Plain,
        "本年度同级医院第 {} 次住院起",
        "from stay number {} of the year at this level",
    ),
    (
        "",
        "admission_at_level_under",
        Plain,
        "本年度同级医院第 {} 次住院之前",
        "before stay number {} of the year at this level",
    ),
    ("", "month_from", Plain, "{} 月起", "from month {}"),
    ("", "month_under", Plain, "{} 月之前", "before month {}"),
    ("", "begun_month_from", Plain, "{} 月起入院或就诊", "begun in month {} or later"),
    ("", "begun_month_under", Plain, "{} 月之前入院或就诊", "begun before month {}"),
    ("", "retired_from", Plain, "{} 及以后退休", "retired on {} or later"),
    ("", "retired_before", Plain, "{} 以前退休", "retired before {}"),
    ("", "born_from", Plain, "{} 及以后出生", "born on {} or later"),
    ("", "born_before", Plain, "{} 以前出生", "born before {}"),
    ("", "began_work_from", Plain, "{} 及以后参加工作", "began work on {} or later"),
    ("", "began_work_before", Plain, "{} 以前参加工作", "began work before {}"),
    ("", "place_of_care", Words("CarePlace"), "{}就医", "care {}"),
    ("", "filing", Words("Filing"), "备案: {}", "filing: {}"),
    ("", "with", Declared(Declaration::Trait), "符合: {}", "with: {}"),
    ("", "without", Declared(Declaration::Trait), "不符合: {}", "without: {}"),
    ("", "disease", Declared(Declaration::Disease), "病种: {}", "disease: {}"),
    ("", "other_diseases", Truth, "病种: 政策未列名的|", "diseases that the policy does not name|"),
    ("", "group", Declared(Declaration::Group), "项目: {}", "items: {}"),
    ("", "category", Words("FeeCategory"), "费用类别: {}", "kind of charge: {}"),
    ("", "class", Words("CatalogueClass"), "目录类别: {}", "class of the catalogue: {}"),
];

/// In the order in which they are told.
const VALUES: &[Row] = &[
    ("account_credit", "unknown", Reason, "未知: {}", "not known: {}"),
    ("mutual_aid", "unknown", Reason, "未知: {}", "not known: {}"),
    ("payment_without_pin", "unknown", Reason, "未知: {}", "not known: {}"),
    ("", "unknown", Reason, "未知, 拒绝结算: {}", "not known, and bills are refused: {}"),
    ("lane", "of", Lanes, "从{}的账单中分出的项目", "items taken out of the bills of {}"),
    ("lane", "stages", Steps, "步骤: {}", "steps: {}"),
    ("medical_year", "starts", Day, "医保年度自 {}起", "the medical year begins on {}"),
    ("age", "taken_on", Words("AgeOn"), "年龄按{}计算", "the age is that on the {}"),
    (
        "catalogue",
        "elsewhere",
        Words("CatalogueOf"),
        "异地就医按{}分类",
        "care elsewhere is classed by the catalogue {}",
    ),
    ("price_ceiling", "excess", Words("Excess"), "超过限价的部分: {}", "what is over a price ceiling: {}"),
    ("unmatched", "taken_as", Words("Unmatched"), "目录外项目: {}", "items outside the catalogue: {}"),
    ("unmatched", "of", Tables, "其中: {}", "of these: {}"),
    ("of", "category", Words("FeeCategory"), "{}", "{}"),
    ("of", "taken_as", Words("Unmatched"), "{}", "{}"),
    ("rounding", "stage", Words("RoundingStage"), "四舍五入到分: {}", "rounded half up to the fen: {}"),
    ("rounding", "odd_fen", Words("OddFen"), "尾差归{}", "the odd fen goes to {}"),
    ("stay", "crossing", Words("Crossing"), "跨年度住院归入{}", "a stay over the year end belongs to {}"),
    ("stay", "rules_of", Words("RulesOf"), "按{}的政策结算", "settled by the rules of {}"),
    (
        "stay",
        "new_year_deductible",
        Truth,
        "新年度部分另计起付标准|新年度部分只补足上年度尚未付满的起付标准",
        "the part in the new year owes a deductible of its own|the part in the new year owes what is left of the earlier year's deductible",
    ),
    (
        "stay",
        "ladder_continues",
        Truth,
        "其他按住院累计的数额跨年度延续|其他按住院累计的数额跨年度重新起算",
        "the other sums of a stay go on over the year end|the other sums of a stay begin anew at the year end",
    ),
    (
        "stay",
        "period_days",
        Plain,
        "住院每满 {} 日按下一次住院计",
        "after {} days a stay begins anew as the next",
    ),
    (
        "stay",
        "interim",
        Truth,
        "住院中途可以结算|住院中途不可结算",
        "a stay may be settled before its end|a stay is settled at its end alone",
    ),
    (
        "reversal",
        "later",
        Words("LaterSettlements"),
        "撤销结算时, 其后的结算: {}",
        "on a reversal, later settlements: {}",
    ),
    ("reference", "amount", Amount, "{}", "{}"),
    ("price_limit", "price", Amount, "单价最高 {}", "unit price at most {}"),
    ("price_bands", "bands", Segments, "单价{}", "unit price {}"),
    ("bands", "first_self_pay", Plain, "先行自付 {}", "{} first self-paid"),
    ("first_self_pay", "rate", Plain, "乙类先行自付 {}", "of class B {} is first self-paid"),
    ("front_payment", "rate", Plain, "个人先付 {}", "the person first pays {}"),
    ("account_band", "account", Words("AccountKind"), "由{}支付", "paid from {}"),
    (
        "account_band",
        "when_declined",
        Words("Declined"),
        "个人不使用账户时: {}",
        "where the person declines: {}",
    ),
    ("fixed_price", "price", Amount, "每例定额 {}", "{} for the case"),
    ("fixed_price", "days", Segments, "按住院日: {}", "by the day of the stay: {}"),
    ("days", "price", Amount, "每日 {}", "{} a day"),
    ("fixed_price", "covers", Words("Base"), "定额按{}计", "the price is of {}"),
    ("deductible", "standard", Amount, "{}", "{}"),
    ("deductible", "taken_from", Words("TakenFrom"), "{}", "{}"),
    ("deductible_change", "times", Plain, "为标准的 {}", "{} of the standard"),
    ("deductible_change", "plus", Amount, "加 {}", "{} more"),
    ("deductible_change", "minus", Amount, "减 {}", "{} less"),
    (
        "deductible_change",
        "minus_per_admission",
        Amount,
        "此前每住院一次减 {}",
        "{} less for every earlier stay",
    ),
    ("deductible_change", "at_least", Amount, "不低于 {}", "at least {}"),
    ("deductible_change", "at_most", Amount, "不高于 {}", "at most {}"),
    ("guarantee", "of", Words("Base"), "按{}计", "of {}"),
    ("guarantee", "fund_pays", Plain, "基金至少支付 {}", "the fund pays at least {}"),
    ("layer", "pays", Words("LayerFund"), "由{}支付", "paid by {}"),
    ("layer", "covers", Words("Component"), "计入: {}", "counting: {}"),
    ("layer", "start", Amount, "累计 {}以上起付", "beginning above {}"),
    ("layer", "fund_pays", Plain, "支付 {}", "pays {}"),
    ("layer", "person_pays", Plain, "个人 {}", "the person {}"),
    (
        "layer",
        "paid_at_year_end",
        Truth,
        "年度终了后一次结算|随单结算",
        "paid once when the medical year has ended|paid with the bill",
    ),
    ("account_credit", "amount", Amount, "划入 {}", "credited {}"),
    ("account_credit", "rate", Plain, "划入 {}", "credited {}"),
    ("account_credit", "of", Words("CreditBase"), "按{}计", "of {}"),
    (
        "account_credit",
        "ahead",
        Truth,
        "年初一次预划全年|按月划入",
        "for the whole year when it begins|month by month",
    ),
    (
        "account_credit",
        "taken_back",
        Truth,
        "参保终止后收回其后各月|参保终止后不收回",
        "taken back for the months after the insurance ends|not taken back when the insurance ends",
    ),
    ("account_credit", "place", Plain, "第 {} 项", "credit number {}"),
    ("mutual_aid", "relatives", Words("Relation"), "可用于: {}", "for: {}"),
    ("mutual_aid", "insured_in", Words("Reach"), "亲属参保地: {}", "the relative is insured {}"),
    ("mutual_aid", "money", Words("AccountKind"), "可用资金: {}", "with the money of {}"),
    (
        "mutual_aid",
        "relatives_at_most",
        Plain,
        "一个账户最多帮助 {} 人",
        "relatives that one account helps: at most {}",
    ),
    (
        "mutual_aid",
        "owners_at_most",
        Plain,
        "一人最多由 {} 个账户帮助",
        "accounts that help one relative: at most {}",
    ),
    (
        "mutual_aid",
        "both_ways",
        Truth,
        "账户所有人可同时接受共济|账户所有人不可同时接受共济",
        "the owner may be helped at the same time|the owner may not be helped at the same time",
    ),
    (
        "mutual_aid",
        "owner_sets_limit",
        Truth,
        "由账户所有人设定额度|不设额度",
        "the owner sets a limit|no limit is set",
    ),
    ("mutual_aid", "valid", Words("Validity"), "有效期: {}", "valid {}"),
    ("payment_without_pin", "per_payment", Amount, "单笔最高 {}", "at most {} a payment"),
    ("payment_without_pin", "per_day", Amount, "每日最高 {}", "at most {} a day"),
    ("account", "account", Words("AccountKind"), "{}", "{}"),
    ("account", "pays", Words("Component"), "依次支付: {}", "pays, in this order: {}"),
    ("", "keeps", Amount, "账户留存 {}", "{} stay in the account"),
    (
        "account",
        "before_layers",
        Truth,
        "在补充保障之前支付|在补充保障之后支付",
        "before the funds above the pool|after the funds above the pool",
    ),
    ("ceiling", "limits", Words("Limited"), "{}", "{}"),
    ("most", "amount", Amount, "{}", "{}"),
    ("", "amount", Amount, "最高 {}", "at most {}"),
    ("", "person_pays", Plain, "个人 {}", "the person {}"),
    ("", "fund_pays", Plain, "基金 {}", "the fund {}"),
    ("ratio_change", "fund_plus", Points, "基金支付比例加 {} 个百分点", "the fund {} points more"),
    ("ratio_change", "fund_minus", Points, "基金支付比例减 {} 个百分点", "the fund {} points less"),
    (
        "ratio_change",
        "fund_plus_per_year_of_age",
        Points,
        "每周岁基金支付比例加 {} 个百分点",
        "the fund {} points more for every year of age",
    ),
    (
        "ratio_change",
        "fund_times",
        Plain,
        "基金支付为 {} (以调整前为 100 %)",
        "the fund pays {} of what it did",
    ),
    (
        "ratio_change",
        "person_times",
        Plain,
        "个人负担为 {} (以调整前为 100 %)",
        "the person bears {} of what it was",
    ),
    ("ratio_change", "fund_at_least", Plain, "基金支付比例不低于 {}", "the fund at least {}"),
    ("ratio_change", "fund_at_most", Plain, "基金支付比例不高于 {}", "the fund at most {}"),
    ("", "segments", Segments, "{}", "{}"),
    ("layer", "segments_from", Words("SegmentsFrom"), "各段自{}起算", "segments are measured from {}"),
    (
        "ceiling",
        "includes_deductible",
        Truth,
        "含起付标准|不含起付标准",
        "the deductible included|the deductible not included",
    ),
    ("", "from_insured_year", Plain, "自参保满第 {} 年起", "from year {} of insurance"),
    ("", "per_insured_year", Amount, "参保每满一年加 {}", "{} more for every full year of insurance"),
    ("", "at_most", Amount, "加到 {}为止", "up to {}"),
    ("ceiling", "several_diseases", Words("Several"), "多个病种: {}", "several diseases: {}"),
    (
        "",
        "unknown_above",
        Reason,
        "超过时未知, 拒绝结算: {}",
        "above it not known, and bills are refused: {}",
    ),
    ("share", "axis", Words("Period"), "分段{}累计", "segments add up {}"),
    (
        "",
        "axis_includes_deductible",
        Truth,
        "起付标准计入分段|起付标准不计入分段",
        "the deductible counts on the segments|the deductible does not count on the segments",
    ),
    (
        "",
        "includes_deductible",
        Truth,
        "含起付标准|不含起付标准",
        "the deductible included|the deductible not included",
    ),
    ("most", "per", Words("Period"), "{}累计", "adding up {}"),
    ("layer", "per", Words("Period"), "负担{}累计", "the burden adds up {}"),
    ("", "per", Words("Period"), "{}", "{}"),
    ("", "each_disease", Truth, "各病种分别累计|", "each disease apart|"),
    ("", "each_hospital", Truth, "各医院分别累计|", "each hospital apart|"),
    ("", "per_day", Truth, "按日计|不按日计", "a day|not by the day"),
    ("deductible", "most", Tables, "各次合计最高 {}", "all of them together at most {}"),
    ("layer", "most", Tables, "最高支付 {}", "at most {}"),
    ("deductible", "after_transfer", Words("Continuation"), "转院后: {}", "after a transfer: {}"),
    (
        "share",
        "same_stay_days",
        Plain,
        "{} 日内因同一疾病再住院的，分段接续前次",
        "after a return for the same disease within {} days the segments go on from the earlier stay",
    ),
    (
        "share",
        "goes_on_after_transfer",
        Truth,
        "转院后分段接续前次|转院后分段重新起算",
        "after a transfer the segments go on from the earlier stay|after a transfer the segments begin anew",
    ),
    (
        "deductible",
        "same_stay_days",
        Plain,
        "{} 日内因同一疾病再住院只补差额",
        "a return for the same disease within {} days owes the difference",
    ),
    ("", "accumulator", Sum, "计入累计数{}", "adds to the sum {}"),
    ("account", "place", Plain, "第 {} 顺位", "number {} in order"),
    ("layer", "place", Plain, "第 {} 顺位", "number {} in order"),
    ("", "place", Plain, "第 {} 步调整", "change number {}"),
];

/// Said with other keys.
const PARTS: &[Row] = &[
    ("", "share_of", Plain, "占{}", "of {}"),
    ("", "share_of_bill", Words("Base"), "占{}", "of {}"),
    ("days", "up_to", Plain, "至第 {} 日", "until day {}"),
    ("", "up_to", Amount, "至 {}", "up to {}"),
];

/// What a key says that is not written: the table, the key, and the value that it has then.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("catalogue", "elsewhere", "insurance"),
    ("fixed_price", "covers", "in_scope"),
    ("deductible", "after_transfer", "anew"),
    ("deductible", "taken_from", "fees"),
    ("share", "goes_on_after_transfer", "false"),
    ("ceiling", "several_diseases", "apart"),
    ("ceiling", "includes_deductible", "false"),
    ("layer", "paid_at_year_end", "false"),
    ("layer", "segments_from", "zero"),
    ("account", "before_layers", "false"),
    ("account_credit", "ahead", "false"),
];

/// The keys of a table that have a value where they are not written, with that value.
pub(super) fn defaults(table: &str) -> impl Iterator<Item = (&'static str, Written)> {
    let value = |value: &str| match value {
        "false" => Written::Truth(false),
        text => Written::Text(text.to_owned()),
    };
    DEFAULTS.iter().filter(move |(of, ..)| *of == table).map(move |(_, key, text)| (*key, value(text)))
}

/// The tables, as headings, in the order in which a bill runs; and, where a table says something without keys, what.
const TABLES: &[(&str, &str, &str, &str, &str)] = &[
    ("lane", "待遇通道", "Lane", "", ""),
    ("price_limit", "分类限价", "Price limits", "", ""),
    ("price_bands", "按单价分段自付", "Bands of the unit price", "", ""),
    ("first_self_pay", "先行自付", "First self-payment", "", ""),
    ("front_payment", "异地就医个人先付", "First payment for care elsewhere", "", ""),
    ("account_band", "账户段", "Account band", "", ""),
    ("fixed_price", "定额", "Fixed price", "", ""),
    ("deductible", "起付标准", "Deductible", "", ""),
    ("deductible_change", "起付标准的调整", "Changes of the deductible", "", ""),
    ("share", "支付比例", "Shares", "", ""),
    ("ratio_change", "支付比例的调整", "Changes of the shares", "", ""),
    ("ceiling", "封顶线", "Ceiling", "", ""),
    ("guarantee", "保底", "Guaranteed minimum", "", ""),
    ("layer", "补充保障", "Funds above the pool", "", ""),
    ("account", "个人账户", "Account", "", ""),
    ("account_credit", "个人账户划入", "Credits of the account", "", ""),
    ("mutual_aid", "家庭共济", "Mutual aid of relatives", "", ""),
    ("payment_without_pin", "免密支付", "Payments without a PIN", "", ""),
    ("medical_year", "医保年度", "Medical year", "", ""),
    ("age", "年龄", "Age", "", ""),
    (
        "catalogue",
        "目录分类",
        "Classes of the catalogue",
        "甲类全部纳入；乙类先按项目的比例自付；丙类全自费",
        "class A is in scope; of class B the item's share is first self-paid; class C is fully self-paid",
    ),
    ("price_ceiling", "限价", "Price ceilings", "", ""),
    (
        "limited_use",
        "限制使用",
        "Limited use",
        "限制使用而医院未审批的, 以及审批不通过的, 全自费",
        "limited use without the hospital's approval, and any use that it refused, is fully self-paid",
    ),
    ("unmatched", "目录外项目", "Items outside the catalogue", "", ""),
    ("rounding", "取整", "Rounding", "", ""),
    ("stay", "住院的结算", "Stays", "", ""),
    ("reversal", "撤销", "Reversals", "", ""),
    ("reference", "参照数额", "Reference amounts", "", ""),
];

/// The heading of a table.
pub(super) fn heading(table: &str, language: Language) -> &'static str {
    let found = TABLES.iter().find(|(name, ..)| *name == table);
    found.map_or("", |(_, zh, en, ..)| language.either(zh, en))
}

/// What a table says without keys; mostly nothing.
pub(super) fn says_itself(table: &str, language: Language) -> &'static str {
    let found = TABLES.iter().find(|(name, ..)| *name == table);
    found.map_or("", |(.., zh, en)| language.either(zh, en))
}

/// A key with its place in the order of telling. `tables` are the tables that it may stand in, the nearest first.
pub(super) fn key(tables: &[&str], name: &str) -> Option<(usize, Key)> {
    let of = |table: &str| all().enumerate().find(|(_, key)| key.name == name && key.table == table);
    tables.iter().find_map(|table| of(table)).or_else(|| of(""))
}

/// Every key.
pub(super) fn all() -> impl Iterator<Item = Key> {
    const LANES: &[Row] = &[("", "lanes", Lanes, "用于: {}", "for: {}")];
    let roles =
        [(Role::Condition, CONDITIONS), (Role::Lanes, LANES), (Role::Value, VALUES), (Role::Part, PARTS)];
    let rows = roles.into_iter().flat_map(|(role, rows)| rows.iter().map(move |row| (role, *row)));
    let origin = ORIGIN.iter().map(|name| (Role::Origin, ("", *name, Plain, "{}", "{}")));
    rows.chain(origin).map(|(role, (table, name, form, zh, en))| Key { table, name, role, form, zh, en })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_there_twice_and_each_has_words_in_both_languages() {
        let mut names: Vec<_> = all().map(|key| (key.table, key.name)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for key in all() {
            assert!(!key.zh.is_empty() && !key.en.is_empty(), "{}", key.name);
            let halves = |phrase: &str| phrase.matches('|').count();
            let wanted = usize::from(key.form == Truth);
            assert_eq!((halves(key.zh), halves(key.en)), (wanted, wanted), "{}", key.name);
        }
    }
}
