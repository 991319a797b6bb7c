//! What the tables, keys and words of policy files are called.

/// The language that labels are given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Labels {
    Chinese,
    English,
}

/// Keys that say where a rule comes from, and not what it says.
const ABOUT: [&str; 10] = [
    "rule",
    "from",
    "last_day",
    "title",
    "source",
    "clause",
    "reading",
    "confidence",
    "lanes",
    "accumulator",
];

/// Table or key, and what it is called.
const NAMES: [(&str, &str, &str); 96] = [
    ("medical_year", "医保年度", "Medical year"),
    ("age", "年龄计算", "Age"),
    ("catalogue", "目录分类", "Catalogue"),
    ("price_ceiling", "限价", "Price ceilings"),
    ("limited_use", "限制使用", "Limited use"),
    ("unmatched", "目录外项目", "Items outside the catalogue"),
    ("rounding", "四舍五入", "Rounding"),
    ("stay", "住院分段", "Stays"),
    ("reversal", "撤销", "Reversals"),
    ("reference", "参照数额", "Reference amounts"),
    ("lane", "待遇通道", "Lane"),
    ("price_limit", "分类限价", "Price limits"),
    ("price_bands", "按价格分段", "Bands of the price"),
    ("first_self_pay", "先行自付", "First self-payment"),
    ("front_payment", "异地先行自付", "First payment elsewhere"),
    ("account_band", "账户段", "Account band"),
    ("fixed_price", "定额", "Fixed price"),
    ("deductible", "起付标准", "Deductible"),
    ("deductible_change", "起付标准调整", "Changes of the deductible"),
    ("share", "支付比例", "Shares"),
    ("ratio_change", "支付比例调整", "Changes of the shares"),
    ("ceiling", "封顶线", "Ceilings"),
    ("guarantee", "保底", "Guaranteed minimum"),
    ("layer", "补充保障", "Funds above the pool"),
    ("account", "个人账户", "Account"),
    ("person", "人员", "person"),
    ("level", "机构级别", "level"),
    ("institution", "机构类型", "institution"),
    ("place_of_care", "就医地", "place of care"),
    ("filing", "备案", "filing"),
    ("care", "医疗类别", "care"),
    ("category", "费用类别", "kind of charge"),
    ("group", "项目组", "group of items"),
    ("disease", "病种", "disease"),
    ("other_diseases", "其他病种", "other diseases"),
    ("with", "符合", "with"),
    ("without", "不符合", "without"),
    ("age_from", "年龄起", "age from"),
    ("age_under", "年龄未满", "age under"),
    ("insured_years_from", "参保年限起", "years insured from"),
    ("insured_years_under", "参保年限未满", "years insured under"),
    ("admission_from", "住院次数起", "stay of the year from"),
    ("admission_under", "住院次数未到", "stay of the year before"),
    ("month_from", "月份起", "month from"),
    ("month_under", "月份未到", "month before"),
    ("retired_from", "退休日期起", "retired from"),
    ("retired_before", "退休日期早于", "retired before"),
    ("born_from", "出生日期起", "born from"),
    ("born_before", "出生日期早于", "born before"),
    ("began_work_from", "参加工作日期起", "began work from"),
    ("began_work_before", "参加工作日期早于", "began work before"),
    ("starts", "起始日", "starts"),
    ("taken_on", "计算日", "taken on"),
    ("excess", "超出部分", "the excess is"),
    ("taken_as", "视为", "taken as"),
    ("odd_fen", "尾差归", "the odd fen goes to"),
    ("stage", "取整", "rounded"),
    ("stages", "步骤", "steps"),
    ("when_declined", "不使用账户时", "when declined"),
    ("crossing", "跨年归属", "over the year end"),
    ("interim", "中途结算", "interim settlement"),
    ("later", "其后的结算", "later settlements"),
    ("standard", "标准", "standard"),
    ("share_of", "占", "of"),
    ("per", "累计期间", "per"),
    ("each_disease", "按病种分别累计", "each disease apart"),
    ("after_transfer", "转院后", "after a transfer"),
    ("same_stay_days", "视为同一次住院的天数", "days of the same stay"),
    ("fund_pays", "基金支付", "the fund pays"),
    ("person_pays", "个人支付", "the person pays"),
    ("segments", "分段", "segments"),
    ("bands", "分段", "bands"),
    ("axis", "分段累计期间", "axis"),
    ("axis_includes_deductible", "分段含起付线", "axis includes the deductible"),
    ("place", "顺序", "place"),
    ("times", "乘以", "times"),
    ("plus", "增加", "plus"),
    ("minus", "减少", "minus"),
    ("minus_per_admission", "每次住院减少", "minus for every earlier stay"),
    ("at_least", "不低于", "at least"),
    ("at_most", "不高于", "at most"),
    ("fund_plus", "基金支付比例增加", "fund plus"),
    ("fund_minus", "基金支付比例减少", "fund minus"),
    ("fund_plus_per_year_of_age", "每岁增加", "fund plus for every year of age"),
    ("fund_times", "基金支付比例乘以", "fund times"),
    ("person_times", "个人负担比例乘以", "person times"),
    ("fund_at_least", "基金支付比例不低于", "fund at least"),
    ("fund_at_most", "基金支付比例不高于", "fund at most"),
    ("limits", "限额口径", "limits"),
    ("amount", "数额", "amount"),
    ("pays", "支付", "pays"),
    ("covers", "保障范围", "covers"),
    ("start", "起付", "start"),
    ("most", "最高支付", "most"),
    ("rate", "比例", "rate"),
    ("unknown", "未知", "unknown"),
];

/// Words that values are written in, in Chinese. English files have them already.
const WORDS: [(&str, &str); 84] = [
    ("in_service", "在职"),
    ("retired", "退休"),
    ("minor", "未成年居民"),
    ("adult_resident", "成年居民"),
    ("elderly_resident", "老年居民"),
    ("tertiary_special", "三级特等"),
    ("tertiary", "三级"),
    ("secondary", "二级"),
    ("primary", "一级"),
    ("community", "社区"),
    ("unrated", "无等级"),
    ("hospital", "医疗机构"),
    ("pharmacy", "药店"),
    ("local", "统筹区内"),
    ("province", "省内异地"),
    ("other_province", "跨省"),
    ("none", "未备案"),
    ("long_term", "长期居住"),
    ("referral", "转诊"),
    ("emergency", "急诊"),
    ("own_choice", "自行外出"),
    ("outpatient", "普通门诊"),
    ("registration", "挂号"),
    ("emergency_rescue", "急诊抢救"),
    ("chronic_disease", "慢特病"),
    ("special_drug", "特药"),
    ("inpatient", "住院"),
    ("single_disease", "单病种"),
    ("day_surgery", "日间手术"),
    ("maternity_outpatient", "生育门诊"),
    ("delivery", "生育住院"),
    ("home_bed", "家庭病床"),
    ("two_diseases", "两病"),
    ("class_a", "甲类"),
    ("class_c", "丙类"),
    ("refuse", "不予结算"),
    ("hold", "现金支付该段"),
    ("skip", "跳过该段"),
    ("per_line", "逐条"),
    ("per_segment", "逐段"),
    ("at_output", "仅结果"),
    ("fund", "基金"),
    ("person", "个人"),
    ("stand", "保留"),
    ("unwind", "依次撤销"),
    ("settlement_day", "结算日"),
    ("discharge_day", "出院日"),
    ("fee_day", "费用发生日"),
    ("account_band", "账户段"),
    ("share", "分担"),
    ("ceiling", "封顶"),
    ("layer", "补充保障"),
    ("account", "个人账户"),
    ("visit", "每次"),
    ("stay", "每次住院"),
    ("month", "每月"),
    ("medical_year", "每医保年度"),
    ("medical_year_start", "医保年度首日"),
    ("fund_paid", "基金支付额"),
    ("eligible_fees", "政策范围内费用"),
    ("current_year", "当年账户"),
    ("previous_years", "历年账户"),
    ("mutual_aid", "家庭共济账户"),
    ("fully_self_paid", "全自费"),
    ("over_limit", "超限价自费"),
    ("first_self_paid", "先行自付"),
    ("deductible", "起付线"),
    ("co_payment", "分担段个人负担"),
    ("above_ceiling", "超封顶线"),
    ("catastrophic", "大病保险"),
    ("large_sum", "大额补助"),
    ("civil_servant", "公务员补助"),
    ("enterprise", "企业补充"),
    ("medical_aid", "医疗救助"),
    ("other_fund", "其他基金"),
    ("up_to", "至"),
    ("fund_pays", "基金支付"),
    ("person_pays", "个人支付"),
    ("first_self_pay", "先行自付"),
    ("in_scope", "政策范围内"),
    ("total", "总额"),
    ("true", "是"),
    ("false", "否"),
    ("yuan", "元"),
];

impl Labels {
    /// The labels of a language, `zh` or `en`.
    pub(super) fn of(language: &str) -> Self {
        if language == "en" { Self::English } else { Self::Chinese }
    }

    /// One of two texts.
    pub(super) const fn either<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }

    /// What a table or key is called; itself where it has no other name.
    pub(super) fn name(self, key: &str) -> &str {
        NAMES.iter().find(|(name, ..)| *name == key).map_or(key, |(_, zh, en)| self.either(zh, en))
    }

    /// A value as people read it.
    pub(super) fn value(self, value: &str) -> String {
        if self == Self::English {
            return value.replace('_', " ");
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut text = String::new();
        let mut rest = value;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            text.push_str(WORDS.iter().find(|(name, _)| *name == word).map_or(word, |(_, zh)| zh));
            let gap = after.find(is_word).unwrap_or(after.len());
            let (between, next) = after.split_at(gap);
            text.push_str(between);
            rest = next;
        }
        text.replace(" 元", "元")
    }

    /// What a rule says: its keys but those of its origin, with their values.
    pub(super) fn says<'r>(
        self,
        written: &'r [(String, String)],
    ) -> impl Iterator<Item = (&'r str, String)> + 'r {
        let mut told: Vec<_> = written.iter().filter(|(key, _)| !ABOUT.contains(&key.as_str())).collect();
        // For whom comes before what.
        told.sort_by_key(|(key, _)| NAMES.iter().position(|(name, ..)| name == key));
        told.into_iter().map(move |(key, value)| (key.as_str(), self.value(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_words() {
        let zh = |text| Labels::Chinese.value(text);
        assert_eq!(zh("in_service, retired"), "在职, 退休");
        assert_eq!(zh("900 yuan"), "900元");
        assert_eq!(
            zh("up_to 35,000 yuan, fund_pays 80 %; fund_pays 95 %"),
            "至 35,000元, 基金支付 80 %; 基金支付 95 %"
        );
        assert_eq!(Labels::English.value("medical_year"), "medical year");
    }

    #[test]
    fn no_name_is_there_twice() {
        let mut names: Vec<&str> = NAMES.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NAMES.len());
    }
}
