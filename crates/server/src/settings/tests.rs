//! Settings from files and variables, and what is said of those that cannot be used.

use std::io::Write as _;

use connectors::unionpay::ChannelType;

use super::*;

/// Every setting as a variable. Texts consist of digits where they may.
const EVERY: [(&str, &str); 42] = [
    ("YIBAO_LISTEN", "127.0.0.1:8088"),
    ("YIBAO_PUBLIC_URL", "https://yb.example.gov.cn"),
    ("YIBAO_DATABASE", "sqlite:7"),
    ("YIBAO_POLICIES", "11"),
    ("YIBAO_CATALOGUES", "12"),
    ("YIBAO_REGION", "330200"),
    ("YIBAO_REGION_NAME__ZH", "13"),
    ("YIBAO_REGION_NAME__EN", "14"),
    ("YIBAO_SECURE_COOKIES", "false"),
    ("YIBAO_BACK_DATE_DAYS", "15"),
    ("YIBAO_TOKEN_SECONDS", "16"),
    ("YIBAO_SMS_PER_MINUTE", "17"),
    ("YIBAO_KEYS__FIELDS", "18"),
    ("YIBAO_KEYS__INDEX", "1111111111111111111111111111111111111111111111111111111111111111"),
    ("YIBAO_KEYS__CODES", "2222222222222222222222222222222222222222222222222222222222222222"),
    ("YIBAO_KEYS__SMS_CODES", "3333333333333333333333333333333333333333333333333333333333333333"),
    ("YIBAO_KEYS__FORMS", "4444444444444444444444444444444444444444444444444444444444444444"),
    ("YIBAO_HIS__PROFILE", "plain"),
    ("YIBAO_UNIONPAY__GATEWAY_URL", "20"),
    ("YIBAO_UNIONPAY__MERCHANT_ID", "777290058110097"),
    ("YIBAO_UNIONPAY__TOKEN_REQUESTOR", "62000000001"),
    ("YIBAO_UNIONPAY__BACK_URL", "21"),
    ("YIBAO_UNIONPAY__CHANNEL_TYPE", "mobile"),
    ("YIBAO_UNIONPAY__SIGNING_KEY_PEM", "22"),
    ("YIBAO_UNIONPAY__SIGNING_CERTIFICATE_PEM", "23"),
    ("YIBAO_UNIONPAY__ENCRYPTION_CERTIFICATE_PEM", "24"),
    ("YIBAO_UNIONPAY__ROOT_CERTIFICATES_PEM", "25"),
    ("YIBAO_UNIONPAY__MIDDLE_CERTIFICATES_PEM", "26"),
    ("YIBAO_UNIONPAY__SIGNER_HOLDER", "27"),
    ("YIBAO_UNIONPAY__ALLOW_SHA1_CERTIFICATES", "true"),
    ("YIBAO_UNIONPAY__CONNECT_TIMEOUT_MILLISECONDS", "28"),
    ("YIBAO_UNIONPAY__TOTAL_TIMEOUT_MILLISECONDS", "29"),
    ("YIBAO_SMS__URL", "30"),
    ("YIBAO_SMS__KEY_NAME", "31"),
    ("YIBAO_SMS__KEY", "32"),
    ("YIBAO_SMS__CONNECT_TIMEOUT_MILLISECONDS", "33"),
    ("YIBAO_SMS__TOTAL_TIMEOUT_MILLISECONDS", "34"),
    ("YIBAO_JOBS__PAUSE_MILLISECONDS", "35"),
    ("YIBAO_JOBS__CLEANING_SECONDS", "36"),
    ("YIBAO_JOBS__FIRST_QUESTION_SECONDS", "37"),
    ("YIBAO_JOBS__LONGEST_QUESTION_PAUSE_SECONDS", "38"),
    ("YIBAO_JOBS__NOT_FOUND_IS_FINAL_SECONDS", "39"),
];

/// What must not be seen anywhere.
const SECRET: &str = "5c0ffee5";

fn variables(changed: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    let kept = EVERY.iter().filter(|(name, _)| changed.iter().all(|(other, _)| name != other));
    kept.chain(changed).map(|(name, text)| (name.into(), text.into())).collect()
}

/// What is said of the settings with these changed.
fn refusal(changed: &[(&str, &str)]) -> String {
    let error = Settings::from_sources(None, variables(changed)).expect_err("refused");
    assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
    error.to_string()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

#[test]
fn every_setting_can_come_from_the_environment() {
    // Taken apart without `..`, so that a new setting has to be added here.
    let Settings {
        listen,
        public_url,
        database,
        policies,
        catalogues,
        region,
        region_name,
        secure_cookies,
        back_date_days,
        token_seconds,
        sms_per_minute,
        keys,
        his,
        unionpay,
        sms,
        jobs,
    } = Settings::from_sources(None, variables(&[])).expect("settings");
    assert_eq!(listen.port(), 8088);
    assert_eq!((public_url.as_str(), database.as_str()), ("https://yb.example.gov.cn", "sqlite:7"));
    assert_eq!((policies, catalogues), (PathBuf::from("11"), PathBuf::from("12")));
    assert_eq!(region.to_string(), "330200");
    let LocalName { zh, en } = region_name.expect("a name");
    assert_eq!((zh.as_str(), en.as_str()), ("13", "14"));
    assert!(!secure_cookies);
    assert_eq!((back_date_days, token_seconds, sms_per_minute), (15, 16, 17));
    let KeySettings { fields, index, codes, sms_codes, forms } = keys;
    assert_eq!(fields.expose(), "18");
    let each = [index, codes, sms_codes, forms].map(|key| key.expose().get(..1).map(str::to_owned));
    assert_eq!(each, ["1", "2", "3", "4"].map(|digit| Some(digit.to_owned())));
    assert_eq!(his.profile, HisProfile::Plain);
    let texts = [
        unionpay.gateway_url,
        unionpay.merchant_id,
        unionpay.token_requestor,
        unionpay.back_url,
        unionpay.signing_key_pem.expose().to_owned(),
        unionpay.signing_certificate_pem,
        unionpay.encryption_certificate_pem,
        unionpay.root_certificates_pem,
        unionpay.middle_certificates_pem,
        unionpay.signer_holder,
    ];
    let given = ["20", "777290058110097", "62000000001", "21", "22", "23", "24", "25", "26", "27"];
    assert_eq!(texts, given.map(str::to_owned));
    assert!(matches!(unionpay.channel_type, ChannelType::Mobile));
    assert!(unionpay.allow_sha1_certificates);
    assert_eq!((unionpay.connect_timeout_milliseconds, unionpay.total_timeout_milliseconds), (28, 29));
    assert_eq!((sms.url.as_str(), sms.key_name.as_str(), sms.key.expose()), ("30", "31", "32"));
    assert_eq!((sms.connect_timeout_milliseconds, sms.total_timeout_milliseconds), (33, 34));
    assert_eq!((jobs.pause_milliseconds, jobs.cleaning_seconds), (35, 36));
    assert_eq!((jobs.first_question_seconds, jobs.longest_question_pause_seconds), (37, 38));
    assert_eq!(jobs.not_found_is_final_seconds, 39);
}

#[test]
fn variables_that_are_no_settings_are_passed_over() {
    let others =
        [("YIBAO_LOG", "info"), ("YIBAO_CONFIG", "/etc/yibao.toml"), ("YIBAO_BIN", "x"), ("HOME", "y")];
    assert!(Settings::from_sources(None, variables(&others)).is_ok());
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = file("region = \"330100\"\nback_date_days = 7\n[jobs]\ncleaning_seconds = 8\n");
    let mut variables = variables(&[]);
    variables.retain(|(name, _)| name != "YIBAO_BACK_DATE_DAYS");
    let settings = Settings::from_sources(Some(file.path()), variables).expect("settings");
    assert_eq!((settings.region.to_string().as_str(), settings.back_date_days), ("330200", 7));
    assert_eq!((settings.jobs.pause_milliseconds, settings.jobs.cleaning_seconds), (35, 36));
}

#[test]
fn mistakes_are_named_with_the_setting_and_where_it_stands() {
    let unknown = refusal(&[("YIBAO_LISTN", SECRET)]);
    assert!(unknown.starts_with("listn: there is no such setting"), "{unknown}");
    let unknown = refusal(&[("YIBAO_KEYS__FORM", SECRET)]);
    assert!(unknown.starts_with("keys.form: there is no such setting; there are fields,"), "{unknown}");
    let number = refusal(&[("YIBAO_TOKEN_SECONDS", SECRET)]);
    assert_eq!(number, "token_seconds: a text was found where u32 is expected (in the environment)");
    let switch = refusal(&[("YIBAO_SECURE_COOKIES", SECRET)]);
    assert!(switch.starts_with("secure_cookies: a text was found"), "{switch}");
    let word = refusal(&[("YIBAO_HIS__PROFILE", SECRET)]);
    assert!(word.starts_with("his.profile: one of access_key, plain is expected"), "{word}");
    let twice = refusal(&[("YIBAO_KEYS", SECRET)]);
    assert!(twice.contains("YIBAO_KEYS") && twice.contains("set twice"), "{twice}");
    let table = refusal(&[("YIBAO_JOBS__PAUSE_MILLISECONDS__X", SECRET)]);
    assert!(table.contains("set twice"), "{table}");
    let key = refusal(&[("YIBAO_KEYS__INDEX", SECRET)]);
    assert!(key.starts_with("keys.index is not a key"), "{key}");
    let mut without = variables(&[]);
    without.retain(|(name, _)| name != "YIBAO_KEYS__FORMS");
    let missing = Settings::from_sources(None, without).expect_err("missing").to_string();
    assert!(missing.starts_with("keys.forms: is missing"), "{missing}");
}

#[test]
fn a_call_of_a_channel_ends_before_the_request_that_waits_for_it() {
    for name in ["YIBAO_UNIONPAY__TOTAL_TIMEOUT_MILLISECONDS", "YIBAO_SMS__TOTAL_TIMEOUT_MILLISECONDS"] {
        assert!(refusal(&[(name, "30000")]).contains("less than 30000"));
        assert!(Settings::from_sources(None, variables(&[(name, "29999")])).is_ok());
    }
    assert!(refusal(&[("YIBAO_SMS_PER_MINUTE", "0")]).contains("sms_per_minute"));
}

#[test]
fn no_error_of_a_file_shows_a_value() {
    for (text, line) in [
        (format!("[keys]\nindex = {SECRET}\n"), 2),
        (format!("[keys]\nindex = \"{SECRET}\n"), 2),
        (format!("[sms]\nkey = '''{SECRET}"), 2),
    ] {
        let file = file(&text);
        let error = Settings::from_sources(Some(file.path()), variables(&[])).expect_err("refused");
        let shown = format!("{error} {error:?}");
        assert!(matches!(error, SettingsError::Syntax { line: found, .. } if found == line), "{shown}");
        assert!(!shown.contains(SECRET), "{shown}");
    }
    // Well-formed, and of the wrong kind: every secret, and the tables that they stand in.
    for text in [
        "database = 50123".to_owned(),
        "keys = 50123".to_owned(),
        format!("keys = \"{SECRET}50123\""),
        "[keys]\nfields = 50123".to_owned(),
        "[keys]\nindex = [\"50123\"]".to_owned(),
        "sms = 50123".to_owned(),
        "[sms]\nkey = 50123".to_owned(),
        "[unionpay]\nsigning_key_pem = 50123".to_owned(),
        "[unionpay]\nsigning_key_pem = 50123.5".to_owned(),
        "[unionpay]\nsigning_key_pem = { a = 50123 }".to_owned(),
    ] {
        let file = file(&text);
        let error = Settings::from_sources(Some(file.path()), []).expect_err("refused");
        let shown = format!("{error} {error:?}");
        assert!(matches!(error, SettingsError::Value { .. }), "{shown}");
        assert!(!shown.contains("50123") && !shown.contains(SECRET), "{shown}");
    }
}
