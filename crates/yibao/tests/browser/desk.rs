//! What staff of a hospital do at the desk: by keyboard, as they work.

use fantoccini::key::Key;

use crate::browser::{Browser, Device, Reader};
use crate::programs::{Demo, Driver, Institution};

/// One fee item as staff type it: code, price, quantity.
pub(crate) type Item = (&'static str, &'static str, &'static str);

/// The desk of a hospital, and the visit that is open on it.
pub(crate) struct Desk {
    pub(crate) browser: Browser,
    institution: Institution,
}

impl Desk {
    /// The desk of the institution of this name, with a browser in `language`.
    pub(crate) async fn of(demo: &Demo, driver: &Driver, name: &str) -> Self {
        let reader = Reader { device: Device::Desktop, language: "zh-CN" };
        let browser = Browser::open(driver, demo.url(), reader).await;
        Self { browser, institution: demo.institution(name).clone() }
    }

    /// Logs in. The focus is where the first word goes, and Tab leads to the next.
    pub(crate) async fn log_in(&self) {
        let page = &self.browser;
        page.goto("/t/login").await;
        page.picture("desk-login").await;
        page.type_keys(&self.institution.code).await;
        page.key(Key::Tab).await;
        page.type_keys(&self.institution.staff_no).await;
        page.key(Key::Tab).await;
        page.type_keys(&self.institution.password).await;
        page.key(Key::Enter).await;
        page.at("/t").await;
        page.shows(".who", &self.institution.name).await;
        page.picture("desk-empty").await;
    }

    /// Scans a code, as a scanner does: digits and Enter, wherever the focus is. Leads to the visit.
    pub(crate) async fn scan(&self, digits: &str) {
        let page = &self.browser;
        page.type_keys(digits).await;
        page.key(Key::Enter).await;
        page.find("#medical_type").await;
        page.picture("desk-identified").await;
    }

    /// Registers the visit.
    pub(crate) async fn register(&self) {
        let page = &self.browser;
        for words in ["A03 内科", "D0001 样例医师", "J06.900 急性上呼吸道感染"] {
            page.type_keys(words).await;
            page.key(Key::Tab).await;
        }
        page.key(Key::Enter).await;
        page.find("#item_code").await;
        page.picture("desk-registered").await;
    }

    /// Adds fee items, one after the other.
    pub(crate) async fn add_items(&self, items: &[Item]) {
        let page = &self.browser;
        for (before, (code, price, quantity)) in items.iter().enumerate() {
            page.key(Key::F4).await;
            page.type_keys(code).await;
            page.fill("price", price).await;
            page.fill("quantity", quantity).await;
            page.key(Key::Enter).await;
            page.until(&format!("item {code}"), async || {
                let rows = page.run("return document.querySelectorAll('.grid tbody tr').length").await?;
                Ok((rows == serde_json::json!(before + 1)).then_some(()))
            })
            .await;
        }
        page.picture("desk-items").await;
    }

    /// Pre-settles, and waits for the amount that the patient would pay.
    pub(crate) async fn pre_settle(&self, cash: &str) {
        let page = &self.browser;
        page.key(Key::F8).await;
        page.shows(".visit-side .amount", cash).await;
        page.shows(".visit-side h2", "预结算结果").await;
        page.picture("desk-pre-settled").await;
    }

    /// Settles and sends the bill to the phone: one Enter, because the focus is on that button.
    pub(crate) async fn settle(&self) {
        let page = &self.browser;
        page.key(Key::Enter).await;
        page.shows(".visit-side h2", "结算结果").await;
        page.shows(".payment", "等待患者支付").await;
        page.picture("desk-settled").await;
    }

    /// Revokes the settlement.
    pub(crate) async fn revoke(&self, reason: &str) {
        let page = &self.browser;
        page.press("details:has([name='reason']) > summary").await;
        page.fill("reason", reason).await;
        page.picture("desk-revoke").await;
        page.press("form[action$='/revoke'] .danger").await;
        page.shows(".visit-side", "已撤销").await;
        page.picture("desk-revoked").await;
    }

    /// One amount of the settlement or of the patient, by the word before it.
    pub(crate) async fn amount(&self, word: &str) -> String {
        row(&self.browser, ".visit-side", word).await
    }
}

/// The amount beside `word` in a list of amounts within `part` of the page.
pub(crate) async fn row(page: &Browser, part: &str, word: &str) -> String {
    let script = format!(
        "const part = document.querySelector({part:?});
         const row = [...part.querySelectorAll('.row')].find((row) => row.querySelector('dt').firstChild.textContent.trim() === {word:?});
         return row.querySelector('dd').textContent.replaceAll('\\u00a0', ' ').trim();"
    );
    page.until(&format!("an amount for {word}"), async || {
        Ok(page.run(&script).await?.as_str().map(str::to_owned))
    })
    .await
}
