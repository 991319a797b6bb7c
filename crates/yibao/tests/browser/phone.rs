//! What an insured person does on the phone.

use crate::browser::{Browser, Device, Reader};
use crate::programs::{Demo, Driver, Person, read_codes};

/// A phone whose browser is in Chinese.
pub(crate) const CHINESE: Reader = Reader { device: Device::Phone, language: "zh-CN" };

/// A bill that is open on the phone.
pub(crate) struct Bill {
    /// Its path.
    pub(crate) path: String,
}

/// The phone of one person.
pub(crate) struct Phone {
    pub(crate) browser: Browser,
    pub(crate) person: Person,
}

impl Phone {
    /// A new phone of the person of this name.
    pub(crate) async fn of(demo: &Demo, driver: &Driver, name: &str) -> Self {
        let browser = Browser::open(driver, demo.url(), CHINESE).await;
        Self { browser, person: demo.person(name).clone() }
    }

    /// Activates the credential: phone, identity, agreement, PIN.
    pub(crate) async fn activate(&self) {
        let page = &self.browser;
        page.goto("/login").await;
        page.picture("phone-login").await;
        page.press("a[href='/activate']").await;
        page.at("/activate").await;
        page.fill("phone", &self.person.phone).await;
        page.picture("phone-activate").await;
        page.press("main form.card .primary").await;
        page.at("/activate/code").await;
        page.fill("sms_code", &page.sms_code().await).await;
        page.picture("phone-activate-code").await;
        page.press("main form.card .primary").await;
        page.at("/activate/identity").await;
        page.fill("name", &self.person.name).await;
        page.fill("id_number", &self.person.id_number).await;
        page.picture("phone-activate-identity").await;
        page.press("main form.card .primary").await;
        page.at("/activate/agreement").await;
        page.picture("phone-activate-agreement").await;
        page.press("[name='decision'][value='accept']").await;
        page.at("/activate/pin").await;
        page.fill("pin", &self.person.pin).await;
        page.fill("pin_again", &self.person.pin).await;
        page.picture("phone-activate-pin").await;
        page.press("main form.card .primary").await;
        page.at("/activate/done").await;
        page.shows("h1", "医保码已激活").await;
        page.picture("phone-activate-done").await;
    }

    /// Opens payment: binds the bank account of the social-security card.
    pub(crate) async fn bind_card(&self) {
        let page = &self.browser;
        page.goto("/card").await;
        page.fill("card_number", &self.person.card_number).await;
        page.picture("phone-card").await;
        page.press("main form.card .primary").await;
        page.at("/card/code").await;
        page.fill("sms_code", &page.sms_code().await).await;
        page.picture("phone-card-code").await;
        page.press("main form.card .primary").await;
        page.at("/card/done").await;
        page.shows("h1", "手机支付已开通").await;
        page.picture("phone-card-done").await;
    }

    /// The 28 digits that the page of the code prints now.
    pub(crate) async fn printed_digits(&self) -> String {
        let printed = self.browser.text(".digits").await;
        printed.chars().filter(char::is_ascii_digit).collect()
    }

    /// Opens the page of the code, reads QR code and barcode from its picture, and returns the digits.
    pub(crate) async fn show_code(&self) -> String {
        self.browser.goto("/code").await;
        let digits = self.printed_digits().await;
        assert_eq!(digits.len(), 28, "a code has 28 digits: {digits}");
        let picture = self.browser.screenshot().await;
        let mut codes = read_codes(&picture);
        codes.sort();
        let expected = ["CODE-128", "QR-Code"].map(|kind| (kind.to_owned(), digits.clone()));
        assert_eq!(codes, expected, "both codes are read from the screen and say what is printed");
        self.browser.picture("phone-code").await;
        digits
    }

    /// Waits for the card of a bill that nobody asked for, and opens it.
    pub(crate) async fn open_pushed_bill(&self) -> Bill {
        let card = self.browser.find("#push .bill-card").await;
        let path = card.attr("href").await.expect("an attribute").expect("the address of the bill");
        self.browser.press("#push .bill-card").await;
        self.browser.at(&path).await;
        Bill { path }
    }

    /// Pays a bill: PIN, then the code of the bank.
    pub(crate) async fn pay(&self, bill: &Bill) {
        let page = &self.browser;
        page.goto(&bill.path).await;
        page.press(&format!("a[href='{}/pay']", bill.path)).await;
        page.at(&format!("{}/pay", bill.path)).await;
        page.fill("pin", &self.person.pin).await;
        page.picture("phone-pay").await;
        page.press("main form.card .primary").await;
        page.at(&format!("{}/pay/code", bill.path)).await;
        page.fill("sms_code", &page.sms_code().await).await;
        page.picture("phone-pay-code").await;
        page.press("main form.card .primary").await;
        page.at(&format!("{}/paid", bill.path)).await;
        page.shows("h1", "支付成功").await;
        page.picture("phone-paid").await;
    }
}
