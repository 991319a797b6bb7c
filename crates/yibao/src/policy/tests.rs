//! Policies in words, with the policies that are shipped.

use std::path::{Path, PathBuf};

use benefit::{Declaration, Policy, PolicyBook, Written};

use super::language::Language;
use super::{book, diff, keys, show, words};

const BOTH: [Language; 2] = [Language::Chinese, Language::English];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name)
}

fn shipped(name: &str) -> PolicyBook {
    book(&folder(name)).expect("a sound policy")
}

fn date(text: &str) -> model::Date {
    model::date::parse_date(text).expect("a date")
}

fn shown(name: &str, on: &str, language: Language) -> String {
    let on = date(on);
    let book = shipped(name);
    let in_force = |policy: &&Policy| policy.from() <= on && policy.until().is_none_or(|until| on < until);
    let policy = book.policies().find(in_force).expect("a version in force");
    show::in_words(policy, language)
}

/// The source text of a file of `benefit`.
fn source(file: &Path) -> String {
    std::fs::read_to_string(file).expect("the source of benefit")
}

fn benefit(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../benefit/src").join(file)
}

/// The texts in a source that could be keys or words: between quotation marks, of small letters and `_` alone.
fn literals(source: &str) -> Vec<&str> {
    let is_name = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    source.split('"').skip(1).step_by(2).filter(is_name).collect()
}

/// Names in the reader that are no keys of rules.
const NOT_OF_RULES: [&str; 6] = ["zh", "en", "trait", "document", "published", "policy"];

fn without_words(source: &str) -> Vec<&str> {
    let has_words = |name: &&str| {
        keys::all().any(|key| key.name == *name)
            || !keys::heading(name, Language::Chinese).is_empty()
            || NOT_OF_RULES.contains(name)
    };
    literals(source).into_iter().filter(|name| !has_words(name)).collect()
}

#[test]
fn every_key_and_table_of_the_format_has_words() {
    let files = std::fs::read_dir(benefit("policy/read")).expect("the reader");
    let mut count = 0;
    for file in files {
        let file = file.expect("a file").path();
        let text = source(&file);
        assert_eq!(without_words(&text), Vec::<&str>::new(), "{}", file.display());
        count += literals(&text).len();
    }
    assert!(count > 100, "only {count} keys found");
    assert_eq!(without_words(r#"reader.need("no_such_key", form::rate)"#), ["no_such_key"]);
}

#[test]
fn every_word_of_the_format_has_words_in_both_languages() {
    let mut count = 0;
    for file in ["policy/words.rs", "catalogue.rs"] {
        let text = source(&benefit(file));
        let (_, lists) = text.split_once("words_of! {").expect("lists of words");
        let (lists, _) = lists.split_once("\n}").expect("their end");
        for block in lists.split('}').filter(|block| block.contains('{')) {
            let (list, entries) = block.split_once('{').expect("a list");
            let list = list.trim();
            let known = words::LISTS.iter().find(|(name, _)| *name == list);
            if list == "CatalogueClass" {
                continue;
            }
            let (_, known) = known.unwrap_or_else(|| panic!("no words for the list {list}"));
            for word in entries.split('"').skip(1).step_by(2) {
                let found = known.iter().find(|(name, ..)| *name == word);
                let (_, zh, en) = found.unwrap_or_else(|| panic!("no words for {word} of {list}"));
                assert!(!zh.is_empty() && !en.is_empty(), "{word}");
                count += 1;
            }
        }
    }
    assert!(count > 90, "only {count} words found");
}

#[test]
fn the_words_of_a_key_are_those_of_a_list_that_is_there() {
    for key in keys::all() {
        if let keys::Form::Words(list) = key.form {
            assert!(words::LISTS.iter().any(|(name, _)| *name == list), "{list}");
        }
    }
}

#[test]
fn every_key_of_every_shipped_rule_is_known_in_its_table() {
    fn check(tables: &[&str], fields: &[(String, Written)]) {
        for (name, value) in fields {
            assert!(name == "title" || keys::key(tables, name).is_some(), "{tables:?} {name}");
            let inner: Vec<&str> = std::iter::once(name.as_str()).chain(tables.iter().copied()).collect();
            let items = if let Written::List(items) = value { items.as_slice() } else { &[] };
            for table in items {
                if let Written::Table(fields) = table {
                    check(&inner, fields);
                }
            }
        }
    }
    for rule in shipped("").rules() {
        check(&[rule.table], &rule.written);
    }
}

/// The text without what is written by people: clauses, readings, reasons, titles, sources and names of rules.
fn without_prose(policy: &Policy, text: &str, language: Language) -> String {
    let prose = match language {
        Language::Chinese => ["条款: ", "理解: ", "标记 "],
        Language::English => ["clause: ", "reading: ", "mark "],
    };
    // Codes are letters and digits, and stand before the sources.
    let sources = language.either("■ 来源", "■ Sources");
    let declared = language.either("■ 人群、病种和项目", "■ Traits, diseases and groups of items");
    let text = text.split(declared).next().unwrap_or_default();
    let text = text.split(sources).next().unwrap_or_default();
    let lines = text.lines().filter(|line| !prose.iter().any(|start| line.trim_start().starts_with(start)));
    let mut text = lines.collect::<Vec<_>>().join("\n");
    let mut free = vec![language.title(policy.title()).to_owned()];
    for rule in policy.rules() {
        free.push(language.title(&rule.title).to_owned());
        free.extend(rule.unknown.as_ref().map(|reason| language.title(reason).to_owned()));
        if let Some(Written::Table(reason)) = rule.value("unknown_above") {
            free.extend(reason.iter().filter_map(|(_, told)| told.text().map(str::to_owned)));
        }
    }
    for kind in [Declaration::Trait, Declaration::Disease, Declaration::Group] {
        free.extend(policy.declared(kind).map(|(_, title)| language.title(title).to_owned()));
    }
    free.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for prose in free {
        text = text.replace(&prose, "");
    }
    text
}

#[test]
fn no_raw_key_appears_in_either_language_of_any_shipped_policy() {
    let book = shipped("");
    assert!(book.policies().count() > 30);
    for policy in book.policies() {
        for language in BOTH {
            let whole = show::in_words(policy, language);
            let text = without_prose(policy, &whole, language);
            let raw = |c: char| match language {
                Language::Chinese => c.is_ascii_alphabetic() || c == '_',
                Language::English => c == '_' || ('\u{2e80}'..'\u{ff00}').contains(&c),
            };
            let line = text.lines().find(|line| line.contains(raw));
            assert_eq!(line, None, "{} {}", policy.region(), policy.from());
        }
    }
}

#[test]
fn prose_stays_as_it_was_written() {
    for policy in shipped("").policies() {
        let text = show::in_words(policy, Language::Chinese);
        for rule in policy.rules() {
            let source = &rule.source;
            let written = [
                Some(&source.clause),
                source.reading.as_ref().map(|reading| &reading.zh),
                rule.unknown.as_ref().map(|reason| &reason.zh),
                Some(&rule.title.zh),
            ];
            for prose in written.into_iter().flatten() {
                assert!(text.contains(prose.as_str()), "{} {}: {prose}", policy.region(), rule.id);
            }
        }
    }
}

#[test]
fn ningbo_of_2023_reads_like_its_leaflet() {
    let text = shown("ningbo-employees", "2023-06-01", Language::Chinese);
    for said in [
        "宁波市职工基本医疗保险 (统筹区 330200, 职工)",
        "步骤: 起付标准 → 按比例支付 → 封顶线 → 补充保障 → 个人账户",
        "三级特等、三级 — 1,200 元；每医保年度；计入累计数「住院: 起付标准」",
        "三级特等、三级、二级、一级、无等级   至 35,000 元: 个人 20 %   至 35,000 元: 个人 15 %",
        "社区                                 至 35,000 元: 个人 15 %   至 35,000 元: 个人 10 %",
        "分段每医保年度累计；起付标准不计入分段；计入累计数「住院、家庭病床: 分段位置」",
        "在职；不满 45 周岁 — 900 元；每医保年度",
        "二级、一级、无等级   个人 20 %   个人 20 %",
        "外省就医；备案: 未备案 — 基金支付比例减 20 个百分点",
        "限基金支付额；最高 20,000 元；每医保年度",
        "累计 5,000 元以上起付；至 20,000 元: 支付 80 %；至 500,000 元: 支付 90 %；以上: 支付 0 %",
        "用于: 住院、家庭病床、特殊病种门诊",
        "年龄按就诊日计算",
        "条款: 自负段: 在职 45 周岁以下 900 元",
        "标记 C (来源的标记为 B)  来源 [nb4]  规则 inpatient.share.in-service  2023-01-01 起",
        "[city-table] C  未注明日期  公开代码库中的城市参数表",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let place = |section: &str| text.find(section).unwrap_or_else(|| panic!("{section}"));
    let order = ["■ 住院", "■ 补充保障", "■ 个人账户", "■ 适用于全部待遇的规则", "■ 来源"].map(place);
    assert!(order.is_sorted());
}

#[test]
fn english_says_the_same() {
    let text = shown("ningbo-employees", "2023-06-01", Language::English);
    for said in [
        "Ningbo employees' basic medical insurance (region 330200, employees)",
        "special tertiary, tertiary — 1,200 yuan; per medical year; adds to the sum “Stay in hospital: Deductible”",
        "up to 35,000 yuan: the person 20 %   up to 35,000 yuan: the person 15 %",
        "care in another province; filing: none — the fund 20 points less",
        "the age is that on the day of the visit",
        "mark C (that of the source is B)  source [nb4]  rule inpatient.share.in-service  from 2023-01-01",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let beijing = shown("beijing-employees", "2024-06-01", Language::English);
    assert!(
        beijing.contains("retired; care in the region — the person bears 60 % of what it was"),
        "{beijing}"
    );
    let beijing = shown("beijing-employees", "2024-06-01", Language::Chinese);
    assert!(beijing.contains("个人负担为 60 %"), "{beijing}");
}

#[test]
fn a_change_between_two_days_is_told_from_old_to_new() {
    let book = shipped("ningbo-employees");
    let text = diff::between_days(&book, (date("2023-12-31"), date("2024-01-01")), Language::Chinese);
    for said in [
        "■ 宁波市职工基本医疗保险 (统筹区 330200, 职工)",
        "~ 变化: 异地长期居住备案, 临时回本地就医  [cross-region.back-in-ningbo] 2023-01-01 → 2024-01-01",
        "未知, 拒绝结算: 载有数值的页面均为 2024 年及以后 → 基金支付比例减 10 个百分点；第 1 步调整",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let hangzhou = shipped("hangzhou-employees");
    let text = diff::between_days(&hangzhou, (date("2021-12-31"), date("2022-01-01")), Language::English);
    assert!(text.contains("- ended: Yearly ceiling of outpatient care"), "{text}");
    assert_eq!(diff::between_days(&book, (date("2023-06-01"), date("2023-06-02")), Language::English), "");
}

#[test]
fn folders_of_different_regions_are_said_to_be_so() {
    let (hangzhou, ningbo) = (shipped("hangzhou-employees"), shipped("ningbo-employees"));
    let text = diff::between_folders(("A", &hangzhou), ("B", &ningbo), Language::Chinese);
    for said in [
        "两个文件夹的统筹区或险种不同",
        "A: 杭州市职工基本医疗保险 (统筹区 330100, 职工)",
        "B: 宁波市职工基本医疗保险 (统筹区 330200, 职工)",
        "+ 新增: 大病保险: 特殊药品  [catastrophic.special-drugs]",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert_eq!(diff::between_folders(("A", &ningbo), ("B", &ningbo), Language::Chinese), "");
}

#[test]
fn changed_codes_are_told() {
    let mut files = server::rules::read_folder(&folder("xian-residents")).expect("the folder");
    let before = PolicyBook::parse(&files).expect("sound");
    let changed = files.iter_mut().find(|(_, text)| text.contains("\ncodes = [")).expect("codes");
    let at = changed.1.find("\ncodes = [").expect("codes");
    changed.1.insert_str(at + "\ncodes = [".len(), "\"9999\", ");
    let after = PolicyBook::parse(&files).expect("sound");
    let text = diff::between_folders(("A", &before), ("B", &after), Language::Chinese);
    assert!(text.contains("9999"), "{text}");
    assert!(shown("xian-residents", "2023-06-01", Language::Chinese).contains("(编码 "));
}

#[test]
fn a_changed_value_of_the_same_folder_is_told_alone() {
    let mut files = server::rules::read_folder(&folder("ningbo-employees")).expect("the folder");
    let before = PolicyBook::parse(&files).expect("sound");
    for (_, text) in &mut files {
        *text = text.replace("standard = \"1,200 元\"", "standard = \"1,300 元\"");
    }
    let after = PolicyBook::parse(&files).expect("sound");
    let text = diff::between_folders(("A", &before), ("B", &after), Language::Chinese);
    let told: Vec<&str> = text.lines().skip(2).map(str::trim).collect();
    assert_eq!(told, ["1,200 元 → 1,300 元"], "{text}");
}

#[test]
fn a_key_that_was_not_written_is_told_with_the_value_that_it_had() {
    let mut files = server::rules::read_folder(&folder("ningbo-employees")).expect("the folder");
    let before = PolicyBook::parse(&files).expect("sound");
    for (_, text) in &mut files {
        *text = text.replace("[[catalogue]]\n", "[[catalogue]]\nelsewhere = \"place_of_care\"\n");
    }
    let after = PolicyBook::parse(&files).expect("sound");
    let text = diff::between_folders(("A", &before), ("B", &after), Language::English);
    let told: Vec<&str> = text.lines().skip(2).map(str::trim).collect();
    let was = "was: care elsewhere is classed by the catalogue of the insurance";
    let now = "now: care elsewhere is classed by the catalogue of the place of care";
    assert_eq!(told, [was, now], "{text}");
}
