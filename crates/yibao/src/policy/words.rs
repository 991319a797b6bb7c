//! The words of policy files that stand for values of closed lists, by list.

use super::language::Language;

type Words = &'static [(&'static str, &'static str, &'static str)];

/// The lists, as they are called in `benefit`, each with its words.
pub(super) const LISTS: &[(&str, Words)] = &[
    (
        "RoundingStage",
        &[
            ("per_line", "逐条明细, 再逐段", "line by line, then segment by segment"),
            ("per_segment", "逐段", "segment by segment"),
            ("at_output", "只对结果", "the results alone"),
        ],
    ),
    (
        "CreditBase",
        &[("contribution_base", "缴费基数", "the contribution base"), ("pension", "养老金", "the pension")],
    ),
    (
        "Relation",
        &[
            ("spouse", "配偶", "spouse"),
            ("parent", "父母", "parents"),
            ("child", "子女", "children"),
            ("sibling", "兄弟姐妹", "siblings"),
            ("grandparent", "祖父母、外祖父母", "grandparents"),
            ("grandchild", "孙子女、外孙子女", "grandchildren"),
        ],
    ),
    (
        "Reach",
        &[
            ("region", "本统筹区", "in the region"),
            ("province", "本省", "in the province"),
            ("country", "全国", "anywhere in the country"),
        ],
    ),
    (
        "Validity",
        &[
            ("until_unbound", "解除绑定前一直有效", "until it is ended"),
            ("medical_year", "本医保年度内有效", "for the medical year"),
        ],
    ),
    (
        "CatalogueOf",
        &[
            ("insurance", "参保地目录", "of the insurance"),
            ("place_of_care", "就医地目录", "of the place of care"),
        ],
    ),
    ("OddFen", &[("person", "个人", "the person"), ("fund", "基金", "the fund")]),
    (
        "AgeOn",
        &[
            ("visit", "就诊日", "day of the visit"),
            ("medical_year_start", "医保年度首日", "first day of the medical year"),
        ],
    ),
    (
        "Excess",
        &[
            ("over_limit", "超限价自费", "self-paid as over the limit"),
            ("fully_self_paid", "全自费", "fully self-paid"),
        ],
    ),
    (
        "Unmatched",
        &[
            ("class_a", "按甲类", "as class A"),
            ("class_c", "按丙类", "as class C"),
            ("refuse", "拒绝结算", "the line is refused"),
        ],
    ),
    (
        "Stage",
        &[
            ("account_band", "账户段", "account band"),
            ("fixed_price", "定额", "fixed price"),
            ("deductible", "起付标准", "deductible"),
            ("share", "按比例支付", "shares"),
            ("ceiling", "封顶线", "ceiling"),
            ("guarantee", "保底", "guaranteed minimum"),
            ("layer", "补充保障", "funds above the pool"),
            ("account", "个人账户", "account"),
        ],
    ),
    (
        "Period",
        &[
            ("visit", "每次就诊", "per visit"),
            ("stay", "每次住院", "per stay"),
            ("day", "每日", "per day"),
            ("month", "每月", "per month"),
            ("medical_year", "每医保年度", "per medical year"),
        ],
    ),
    (
        "Continuation",
        &[
            ("anew", "重新计收", "owed anew"),
            ("difference", "只补差额", "the difference is owed"),
            ("nothing", "不再计收", "nothing is owed"),
        ],
    ),
    (
        "Several",
        &[
            ("apart", "各自计算", "each apart"),
            ("highest", "取最高的一个", "the highest"),
            ("highest_and_half_of_next", "最高的一个加次高的一半", "the highest and half of the next"),
            (
                "highest_and_half_of_others",
                "最高的一个加其余各个的一半",
                "the highest and half of every other",
            ),
            ("sum", "相加", "all together"),
        ],
    ),
    ("Base", &[("in_scope", "政策范围内费用", "what is in scope"), ("total", "总费用", "the total")]),
    (
        "LayerFund",
        &[
            ("catastrophic", "大病保险", "catastrophic insurance"),
            ("large_sum", "大额医疗补助", "large-sum mutual aid"),
            ("civil_servant", "公务员医疗补助", "the civil servants' subsidy"),
            ("enterprise", "企业补充医疗保险", "the employer's supplement"),
            ("medical_aid", "医疗救助", "medical aid"),
            ("other_fund", "其他基金", "another fund"),
        ],
    ),
    (
        "Crossing",
        &[
            ("settlement_day", "结算日所在年度", "the year of the settlement"),
            ("discharge_day", "出院日所在年度", "the year of the discharge"),
            ("fee_day", "各笔费用发生日所在年度", "the year of each fee's own day"),
        ],
    ),
    (
        "TakenFrom",
        &[
            ("fees", "先从费用中扣除", "taken from the fees, before they are shared"),
            ("fund", "从基金按比例应付的金额中扣除", "taken from what the fund would pay"),
        ],
    ),
    ("SegmentsFrom", &[("zero", "零", "zero"), ("start", "起付标准", "the start")]),
    ("CatalogueClass", &[("A", "甲类", "A"), ("B", "乙类", "B"), ("C", "丙类", "C")]),
    (
        "RulesOf",
        &[
            ("admission_day", "入院日", "the day of admission"),
            ("discharge_day", "出院日", "the day of discharge"),
            ("settlement_day", "结算日", "the day of settlement"),
            ("fee_day", "各笔费用发生日", "each fee's own day"),
        ],
    ),
    (
        "LaterSettlements",
        &[
            ("stand", "保留不变", "they stand"),
            ("refuse", "有其后的结算时不得撤销", "while there are any, the reversal is refused"),
            ("unwind", "从最近的起依次一并撤销", "reversed too, the latest first"),
        ],
    ),
    (
        "Limited",
        &[
            ("fund_paid", "限基金支付额", "limits what the fund pays"),
            ("eligible_fees", "限按比例支付的费用", "limits the fees that are shared"),
        ],
    ),
    // What adds up to a ceiling.
    (
        "Summed",
        &[
            ("fund_paid", "封顶线计入的基金支付额", "what the fund pays, for the ceiling"),
            ("eligible_fees", "封顶线计入的费用", "the fees that are shared, for the ceiling"),
        ],
    ),
    (
        "AccountKind",
        &[
            ("current_year", "当年账户", "this year's account"),
            ("previous_years", "历年账户", "the account of earlier years"),
            ("mutual_aid", "近亲属的共济账户", "a relative's account (mutual aid)"),
        ],
    ),
    (
        "Declined",
        &[
            ("hold", "该段仍在, 由现金支付", "the band stays and is paid in cash"),
            ("skip", "没有该段", "there is no band"),
        ],
    ),
    (
        "Component",
        &[
            ("fully_self_paid", "全自费", "fully self-paid"),
            ("over_limit", "超限价自费", "over the limit"),
            ("first_self_paid", "先行自付", "first self-paid"),
            ("deductible", "起付标准", "deductible"),
            ("co_payment", "按比例自付", "the person's share"),
            ("above_ceiling", "超封顶线", "above the ceiling"),
        ],
    ),
    (
        "Confidence",
        &[
            (
                "A",
                "政府或医保局的页面, 官方接口规范, 真实结算",
                "a government or bureau page, an official interface specification, a real settlement",
            ),
            (
                "B",
                "医院告知, 报刊, 或注明出自医保局的转载",
                "a hospital notice, a newspaper, a copy that names the bureau as its source",
            ),
            ("C", "未注明出处的二手页面", "a secondary page that names no source"),
            (
                "D",
                "仅供参考: 自相矛盾的页面, 或来源未提时我们的理解",
                "a hint only: a page that contradicts itself, or our own reading where sources are silent",
            ),
        ],
    ),
    ("Scheme", &[("employee", "职工", "employees"), ("resident", "居民", "residents")]),
    (
        "PersonType",
        &[
            ("in_service", "在职", "in service"),
            ("retired", "退休", "retired"),
            ("minor", "未成年居民", "minors"),
            ("adult_resident", "成年居民", "adult residents"),
            ("elderly_resident", "老年居民", "elderly residents"),
        ],
    ),
    ("InstitutionKind", &[("hospital", "医疗机构", "hospitals"), ("pharmacy", "药店", "pharmacies")]),
    (
        "InstitutionLevel",
        &[
            ("tertiary_special", "三级特等", "special tertiary"),
            ("tertiary", "三级", "tertiary"),
            ("secondary", "二级", "secondary"),
            ("primary", "一级", "primary"),
            ("community", "社区", "community"),
            ("unrated", "无等级", "unrated"),
        ],
    ),
    (
        "CarePlace",
        &[
            ("local", "统筹区内", "in the region"),
            ("province", "省内异地", "elsewhere in the province"),
            ("other_province", "外省", "in another province"),
        ],
    ),
    (
        "Filing",
        &[
            ("none", "未备案", "none"),
            ("long_term", "异地长期居住", "long-term residence"),
            ("referral", "转诊", "referral"),
            ("emergency", "急诊", "emergency"),
            ("own_choice", "自行外出", "own choice"),
        ],
    ),
    (
        "MedicalType",
        &[
            ("outpatient", "普通门诊", "outpatient care"),
            ("registration", "挂号", "registration"),
            ("emergency", "急诊", "emergency"),
            ("emergency_rescue", "急诊抢救", "emergency rescue"),
            ("chronic_disease", "门诊慢特病", "chronic and special diseases"),
            ("special_drug", "特药", "special drugs"),
            ("inpatient", "住院", "inpatient care"),
            ("single_disease", "单病种", "a single disease at a set price"),
            ("day_surgery", "日间手术", "day surgery"),
            ("pharmacy", "药店购药", "purchase at a pharmacy"),
            ("maternity_outpatient", "生育门诊", "maternity outpatient care"),
            ("delivery", "生育住院", "delivery"),
            ("home_bed", "家庭病床", "home sick-bed"),
            ("two_diseases", "两病门诊", "the two diseases (hypertension, diabetes)"),
        ],
    ),
    (
        "FeeCategory",
        &[
            ("bed", "床位费", "beds"),
            ("consultation", "诊察费", "consultations"),
            ("examination", "检查费", "examinations"),
            ("laboratory", "化验费", "laboratory"),
            ("treatment", "治疗费", "treatment"),
            ("surgery", "手术费", "surgery"),
            ("nursing", "护理费", "nursing"),
            ("material", "卫生材料费", "materials"),
            ("western_drug", "西药费", "western drugs"),
            ("herbal_pieces", "中药饮片费", "herbal pieces"),
            ("chinese_drug", "中成药费", "prepared Chinese drugs"),
            ("general_treatment", "一般诊疗费", "general treatment"),
            ("registration", "挂号费", "registration"),
            ("other", "其他费", "other charges"),
        ],
    ),
];

/// A word of a list; itself where the list does not have it.
pub(super) fn word<'w>(list: &str, word: &'w str, language: Language) -> &'w str {
    let mut words = LISTS.iter().filter(|(name, _)| *name == list).flat_map(|(_, words)| words.iter());
    words.find(|(name, ..)| *name == word).map_or(word, |(_, zh, en)| language.either(zh, en))
}
