//! The story without a mouse or a finger: Tab, Enter and typing alone, from the first login to the paid bill.

use fantoccini::key::Key;
use serde_json::json;

use crate::browser::Browser;
use crate::desk::Desk;
use crate::phone::Phone;
use crate::programs::{Demo, Driver};

/// The most stops on one page before what is looked for.
const MOST_STOPS: usize = 60;

/// What has the focus: whether it is what is looked for, whether it can be seen that it has the focus, and whether it is
/// not hidden behind something that stays in place.
const FOCUS: &str = "
    const focused = document.activeElement;
    const box = focused.getBoundingClientRect();
    const style = getComputedStyle(focused);
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return [
        focused.matches(SELECTOR),
        focused.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        top !== null && (focused.contains(top) || top.contains(focused)),
        focused.outerHTML.slice(0, 120),
    ];";

/// Presses Tab until the focus is on `css`. At every stop the focus must be seen.
async fn tab_to(page: &Browser, css: &str) {
    let script = FOCUS.replace("SELECTOR", &format!("{css:?}"));
    for _ in 0..MOST_STOPS {
        page.key(Key::Tab).await;
        let focus = page.run(&script).await.expect("an element with the focus");
        assert_eq!((&focus[1], &focus[2]), (&json!(true), &json!(true)), "the focus is seen on {}", focus[3]);
        if focus[0] == json!(true) {
            return;
        }
    }
    panic!("{css} cannot be reached by Tab");
}

/// Types into the input that has the focus as the page opens, and sends the form.
async fn answer(page: &Browser, name: &str, text: &str) {
    page.find(&format!("[name='{name}']:focus")).await;
    page.type_keys(text).await;
    page.key(Key::Enter).await;
}

#[tokio::test]
async fn everything_can_be_done_by_keyboard() {
    let (demo, driver) = (Demo::start(), Driver::start());
    let phone = Phone::of(&demo, &driver, "李秀英").await;
    activate(&phone).await;
    let page = &phone.browser;

    // Tab leads over the navigation only for those who want it.
    page.goto("/").await;
    page.key(Key::Tab).await;
    page.find(".skip:focus").await;
    page.key(Key::Enter).await;
    page.find("main:focus").await;
    tab_to(page, "main a[href='/code']").await;
    page.key(Key::Enter).await;
    page.at("/code").await;

    let desk = Desk::of(&demo, &driver, "样例街道社区卫生服务站").await;
    desk.log_in().await;
    page.goto("/code").await;
    desk.scan(&phone.printed_digits().await).await;
    desk.register().await;
    desk.add_items(&[("XC08CAA146A001010199002", "31.20", "2")]).await;
    // Within the 300.00 that a retired person bears first.
    desk.pre_settle("62.40 元").await;
    desk.settle().await;

    page.find("#push .bill-card").await;
    tab_to(page, "#push .bill-card").await;
    page.key(Key::Enter).await;
    page.find("#bill-head").await;
    tab_to(page, "a[href$='/pay']").await;
    page.key(Key::Enter).await;
    answer(page, "pin", &phone.person.pin).await;
    page.find("[name='sms_code']").await;
    answer(page, "sms_code", &page.sms_code().await).await;
    page.shows("h1", "支付成功").await;
    tab_to(page, "main .button.primary").await;
    page.key(Key::Enter).await;
    page.shows("#bill-head", "已支付").await;
    tab_to(page, ".why summary").await;
    page.key(Key::Enter).await;
    page.find(".why details[open] .why-step").await;
    phone.browser.close().await;
    desk.browser.close().await;
}

async fn activate(phone: &Phone) {
    let (page, person) = (&phone.browser, &phone.person);
    page.goto("/login").await;
    tab_to(page, "a[href='/activate']").await;
    page.key(Key::Enter).await;
    page.at("/activate").await;
    answer(page, "phone", &person.phone).await;
    page.at("/activate/code").await;
    answer(page, "sms_code", &page.sms_code().await).await;
    page.at("/activate/identity").await;
    page.type_keys(&person.name).await;
    page.key(Key::Tab).await;
    answer(page, "id_number", &person.id_number).await;
    page.at("/activate/agreement").await;
    tab_to(page, "[value='accept']").await;
    page.key(Key::Enter).await;
    page.at("/activate/pin").await;
    page.type_keys(&person.pin).await;
    page.key(Key::Tab).await;
    answer(page, "pin_again", &person.pin).await;
    page.at("/activate/done").await;
    tab_to(page, "a[href='/card']").await;
    page.key(Key::Enter).await;
    page.at("/card").await;
    answer(page, "card_number", &person.card_number).await;
    page.at("/card/code").await;
    answer(page, "sms_code", &page.sms_code().await).await;
    page.at("/card/done").await;
}
