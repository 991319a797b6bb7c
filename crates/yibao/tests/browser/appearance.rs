//! Every page in both languages, light and dark, in all text sizes: nothing cut off, nothing out of the screen, contrast
//! and targets as the norms ask.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::desk::Desk;
use crate::phone::Phone;
use crate::programs::{Demo, Driver};

/// One way of showing the pages, by the codes of its settings, with the least height of a target: 44 of the norm for
/// apps (MIIT 2021), 60 in the elder version.
struct Look {
    language: &'static str,
    theme: &'static str,
    text_size: &'static str,
    target: u32,
}

const LOOKS: [Look; 5] = [
    Look { language: "zh-CN", theme: "light", text_size: "standard", target: 44 },
    Look { language: "en", theme: "dark", text_size: "standard", target: 44 },
    Look { language: "en", theme: "light", text_size: "large", target: 44 },
    Look { language: "zh-CN", theme: "light", text_size: "elder", target: 60 },
    Look { language: "en", theme: "dark", text_size: "largest", target: 60 },
];

#[tokio::test]
async fn every_page_looks_right_in_every_way_of_showing_it() {
    let (demo, driver) = (Demo::start(), Driver::start());
    let phone = Phone::of(&demo, &driver, "王五").await;
    let desk = Desk::of(&demo, &driver, "样例区人民医院").await;
    phone.activate().await;
    phone.bind_card().await;
    desk.log_in().await;
    phone.browser.goto("/code").await;
    desk.scan(&phone.printed_digits().await).await;
    desk.register().await;
    desk.add_items(&[("003300000000000-990000014", "400.00", "2")]).await;
    // Class B, at most 320.00 each: 160.00 over; 5 % of 640.00 = 32.00 first; of 608.00 the account pays 500.00, and the
    // person the rest within the band.
    desk.pre_settle("300.00 元").await;
    desk.settle().await;
    let bill = phone.open_pushed_bill().await.path;

    let pages = [
        "/",
        "/code",
        "/bills",
        &bill,
        &format!("{bill}/pay"),
        &format!("{bill}/receipt"),
        "/me",
        "/me/withdraw",
        "/card",
        "/help",
        "/privacy",
        "/agreement",
    ];
    for look in &LOOKS {
        choose(&phone.browser, look).await;
        for path in pages {
            check(&phone.browser, path, look).await;
        }
    }
    let visit = desk.browser.run("return location.pathname").await.expect("a page");
    let visit = visit.as_str().expect("a path").to_owned();
    for look in &LOOKS[..2] {
        desk.browser.goto("/t").await;
        choose_by_form(&desk.browser, "language", look.language).await;
        for path in ["/t", visit.as_str(), &format!("{visit}/print")] {
            check(&desk.browser, path, look).await;
        }
    }
    // That a page is missing is also an error in the console, so this browser is not asked what its console says.
    check(&desk.browser, "/no-such-page", &LOOKS[1]).await;

    // The largest text stays when nobody is logged in.
    let largest = LOOKS.last().expect("a look");
    phone.browser.goto("/me").await;
    phone.browser.press("form[action='/logout'] button").await;
    phone.browser.at("/login").await;
    for path in ["/login", "/activate"] {
        check(&phone.browser, path, largest).await;
    }
    phone.browser.close().await;
}

/// Sets the look by the page of settings, and sees that it has come.
async fn choose(page: &Browser, look: &Look) {
    for (name, value) in [("language", look.language), ("theme", look.theme), ("text_size", look.text_size)] {
        page.goto("/me").await;
        page.press(&format!("main [name='{name}'][value='{value}']")).await;
        page.find(&format!("main [name='{name}'][value='{value}'][aria-pressed='true']")).await;
    }
    let marks = page.run(
        "const { lang, dataset } = document.documentElement; return [lang, dataset.theme, dataset.text]",
    );
    assert_eq!(marks.await.expect("a page"), json!([look.language, look.theme, look.text_size]));
    let back = page.run("return getComputedStyle(document.body).backgroundColor").await.expect("a colour");
    let expected = if look.theme == "dark" { "rgb(15, 23, 32)" } else { "rgb(245, 247, 250)" };
    assert_eq!(back, json!(expected), "the theme is {}", look.theme);
    let size = page.run("return parseFloat(getComputedStyle(document.body).fontSize)").await.expect("a size");
    let expected = match look.text_size {
        "standard" => json!(16),
        "large" => json!(20),
        "elder" => json!(24),
        _ => json!(30),
    };
    assert_eq!(size, expected, "the text is {}", look.text_size);
}

/// Changes to a language by the button at the top of the page, if it is not the language already.
async fn choose_by_form(page: &Browser, name: &str, value: &str) {
    let button = format!("header [name='{name}'][value='{value}']");
    if page.has(&button).await {
        page.press(&button).await;
    }
    page.find(&format!("html[lang='{value}']")).await;
}

/// Opens a page with all that can be opened on it, and finds no fault.
async fn check(page: &Browser, path: &str, look: &Look) {
    page.goto(path).await;
    page.run("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        .await
        .expect("a page");
    let script = include_str!("looks.js");
    let faults = page.run_with(script, vec![json!(look.target)]).await.expect("a list");
    let way = format!("{} {} {}", look.language, look.theme, look.text_size);
    assert_eq!(faults, Value::Array(Vec::new()), "{path} in {way}");
    if look.language == "en" {
        let words = "return [...document.querySelectorAll('h2, label, legend, button:not([lang]), .button, nav a, thead th')].map((each) => each.textContent).filter((text) => /\\p{Script=Han}/u.test(text))";
        let left = page.run(words).await.expect("a list");
        assert_eq!(left, Value::Array(Vec::new()), "Chinese words on the English page {path}");
    }
    let name = path.split('/').filter(|part| part.len() != 26).collect::<Vec<_>>().join("-");
    page.picture(&format!("look{name}-{}", way.replace(' ', "-"))).await;
}
