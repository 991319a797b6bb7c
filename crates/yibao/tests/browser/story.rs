//! One visit from the first login to the refund, on two screens.

use serde_json::json;

use crate::desk::{Desk, Item, row};
use crate::phone::Phone;
use crate::programs::{Demo, Driver};

/// The fee items, with the arithmetic by the sample catalogue.
const ITEMS: [Item; 5] = [
    // Consultation of a chief physician, class A, at most 30.00: 30.00 in scope, 20.00 over the limit.
    ("001102000020100-990000003", "50.00", "1"),
    // Excision, class B, at most 320.00 each: 2 × 80.00 = 160.00 over; 5 % of 640.00 = 32.00 first; 608.00 in scope.
    ("003300000000000-990000014", "400.00", "2"),
    // Ceftriaxone, class B: 262.50; 5 % = 13.125, rounded 13.13 first; 249.37 in scope.
    ("XJ01DDT056A001010199005", "37.50", "7"),
    // Amlodipine, class A: 280.80 in scope.
    ("XC08CAA146A001010199002", "31.20", "9"),
    // Vitamin C, class C: 25.60 fully self-paid.
    ("XA11GAW049A001010199015", "12.80", "2"),
];

/// What must come out for 王五, in service and over 45, at a tertiary hospital by the rules of Ningbo, with 500.00 of this
/// year in the account.
mod expected {
    /// 50.00 + 800.00 + 262.50 + 280.80 + 25.60
    pub(super) const TOTAL: &str = "1,418.90 元";
    pub(super) const FULLY_SELF_PAID: &str = "25.60 元";
    /// 20.00 + 160.00
    pub(super) const OVER_LIMIT: &str = "180.00 元";
    /// 32.00 + 13.13
    pub(super) const FIRST_SELF_PAID: &str = "45.13 元";
    /// 30.00 + 608.00 + 249.37 + 280.80
    pub(super) const IN_SCOPE: &str = "1,168.17 元";
    /// The account of this year pays first, and 668.17 are left.
    pub(super) const ACCOUNT: &str = "500.00 元";
    /// The self-borne band of an employee of 45 or more takes 600.00, and 68.17 are left.
    pub(super) const SELF_BORNE: &str = "600.00 元";
    /// 75 % of 68.17 = 51.1275, rounded 51.13; the person has the other 17.04.
    pub(super) const POOL_FUND: &str = "51.13 元";
    /// 600.00 + 17.04 + 25.60 + 180.00 + 45.13, which is 1,418.90 − 500.00 − 51.13
    pub(super) const CASH: &str = "867.77 元";
}

#[tokio::test]
async fn a_visit_from_the_first_login_to_the_refund() {
    let (demo, driver) = (Demo::start(), Driver::start());
    let phone = Phone::of(&demo, &driver, "王五").await;
    phone.activate().await;
    phone.bind_card().await;
    phone.browser.goto("/").await;
    phone.browser.shows("h1", "您好").await;
    phone.browser.picture("phone-home").await;

    let desk = Desk::of(&demo, &driver, "样例市第一医院").await;
    settle(&phone, &desk).await;

    let bill = phone.open_pushed_bill().await;
    read_the_bill(&phone).await;
    desk.browser.mark().await;
    phone.pay(&bill).await;
    desk.browser.shows(".payment", "患者已用手机支付").await;
    assert!(!desk.browser.has("[data-refresh]").await, "there is nothing more to wait for");
    assert!(desk.browser.is_marked().await, "the desk sees it paid without loading the page again");
    desk.browser.picture("desk-paid").await;

    read_the_receipt(&phone, &bill.path).await;
    phone.browser.goto(&bill.path).await;
    phone.browser.shows("#bill-head", "已支付").await;
    phone.browser.mark().await;
    desk.revoke("费用录入有误").await;
    phone.browser.shows("#bill-head", "已退款").await;
    assert!(phone.browser.is_marked().await, "the phone sees it refunded without loading the page again");
    phone.browser.picture("phone-bill-refunded").await;
    desk.browser.shows(".payment", "已退款").await;
    assert_eq!(desk.amount("个人账户余额").await, expected::ACCOUNT, "the account has its money again");

    log_out(&phone).await;
    phone.browser.close().await;
    desk.browser.close().await;
}

/// From the code on the phone to the bill on the phone.
async fn settle(phone: &Phone, desk: &Desk) {
    desk.log_in().await;
    let digits = phone.show_code().await;
    phone.browser.mark().await;
    desk.scan(&digits).await;
    phone.browser.shows("#code-card", "已被 样例市第一医院 使用").await;
    phone.browser.picture("phone-code-used").await;
    assert_eq!(desk.browser.text(".patient h1").await, "王*", "the desk sees no whole name");
    assert_eq!(desk.amount("个人账户余额").await, "500.00 元");
    desk.register().await;
    desk.add_items(&ITEMS).await;
    desk.pre_settle(expected::CASH).await;
    for (word, amount) in [
        ("医疗费总额", expected::TOTAL),
        ("医保统筹支付", expected::POOL_FUND),
        ("个人账户支付", expected::ACCOUNT),
        ("个人现金支付", expected::CASH),
    ] {
        assert_eq!(desk.amount(word).await, amount, "{word}");
    }
    assert!(!phone.browser.has("#push .bill-card").await, "what is not settled is no bill");
    desk.settle().await;
    phone.browser.shows("#push .bill-card", expected::CASH).await;
    assert!(phone.browser.is_marked().await, "the bill comes without loading the page again");
    phone.browser.picture("phone-code-bill").await;
}

/// Who pays what, and why.
async fn read_the_bill(phone: &Phone) {
    let page = &phone.browser;
    assert_eq!(page.text("#bill-head .amount").await, expected::CASH);
    page.picture("phone-bill").await;
    for (word, amount) in [
        ("医疗费总额", expected::TOTAL),
        ("医保统筹支付", expected::POOL_FUND),
        ("个人账户支付", expected::ACCOUNT),
        ("当年账户", expected::ACCOUNT),
        ("历年账户", "0.00 元"),
        ("个人现金支付", expected::CASH),
    ] {
        assert_eq!(row(page, "main section.card", word).await, amount, "{word}");
    }
    let groups = page
        .run("return [...document.querySelectorAll('.why > li')].map((group) => [group.querySelector('.why-title').firstChild.textContent.trim(), group.querySelector('.why-result').textContent.replaceAll('\\u00a0', ' ')])")
        .await
        .expect("the explanation");
    let groups: Vec<(String, String)> = serde_json::from_value(groups).expect("titles and amounts");
    for (title, amount) in [
        ("全自费", expected::FULLY_SELF_PAID),
        ("超限价自费", expected::OVER_LIMIT),
        ("先行自付", expected::FIRST_SELF_PAID),
        ("符合政策范围", expected::IN_SCOPE),
        ("账户段", expected::ACCOUNT),
        ("起付标准内，个人承担", expected::SELF_BORNE),
        ("医保统筹支付", expected::POOL_FUND),
    ] {
        let found = groups.iter().find(|(found, _)| found == title);
        assert_eq!(found.map(|(_, result)| result.as_str()), Some(amount), "{title} of {groups:?}");
    }
    for group in 1..=groups.len() {
        let group = format!(".why > li:nth-child({group})");
        page.press(&format!("{group} summary")).await;
        for word in ["规则：", "依据："] {
            page.shows(&group, word).await;
        }
    }
    page.shows(".why", "68.17 元").await;
    page.shows(".why", "75%").await;
    page.shows(".why", "2023").await;
    let fund = groups.iter().position(|(title, _)| title == "医保统筹支付").expect("the share of the fund");
    let to_the_middle =
        "document.querySelectorAll('.why > li')[arguments[0]].scrollIntoView({ block: 'center' })";
    page.run_with(to_the_middle, vec![json!(fund)]).await.expect("a page");
    page.picture("phone-bill-why").await;
}

async fn read_the_receipt(phone: &Phone, bill: &str) {
    let page = &phone.browser;
    page.goto(bill).await;
    page.press(&format!("a[href='{bill}/receipt']")).await;
    page.at(&format!("{bill}/receipt")).await;
    for (word, value) in [
        ("姓名", "王*"),
        ("医药机构", "样例市第一医院"),
        ("状态", "已支付"),
        ("医疗费总额", expected::TOTAL),
        ("个人现金支付", expected::CASH),
    ] {
        assert_eq!(row(page, ".paper", word).await, value, "{word}");
    }
    page.find("[data-print]").await;
    page.picture("phone-receipt").await;
}

/// After logging out nothing is left, on the server and behind the button that goes back.
async fn log_out(phone: &Phone) {
    let page = &phone.browser;
    page.goto("/me").await;
    page.picture("phone-me").await;
    page.press("form[action='/logout'] button").await;
    page.at("/login").await;
    page.shows("main", "您已退出登录").await;
    page.back().await;
    page.at("/login").await;
    for path in ["/code", "/bills", "/"] {
        page.goto(path).await;
        page.at("/login").await;
    }
}
