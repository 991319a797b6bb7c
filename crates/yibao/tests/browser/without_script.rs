//! The same visit without any script: plain HTML, forms and links, as a browser with JavaScript switched off has them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};

use crate::programs::Demo;

/// A bound for what is broken, far above what a loaded machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A reader of plain HTML with cookies.
struct Reader {
    client: reqwest::Client,
    base: String,
    cookies: BTreeMap<String, String>,
    /// The page that is open.
    html: String,
    path: String,
}

impl Reader {
    fn of(demo: &Demo) -> Self {
        let client = connectors::http::client(PATIENCE, PATIENCE).expect("an HTTP client");
        let (html, path) = (String::new(), String::new());
        Self { client, base: demo.url().to_owned(), cookies: BTreeMap::new(), html, path }
    }

    async fn goto(&mut self, path: &str) {
        self.load(path, None).await;
    }

    /// Asks for a page, or sends a form, and follows where it leads.
    async fn load(&mut self, path: &str, form: Option<String>) {
        let (mut path, mut form) = (path.to_owned(), form);
        for _ in 0..5 {
            let url = format!("{}{path}", self.base);
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request = match form.take() {
                Some(body) => {
                    let kind = "application/x-www-form-urlencoded";
                    self.client.post(url).header(CONTENT_TYPE, kind).body(body)
                }
                None => self.client.get(url),
            };
            let answer = request.header(COOKIE, cookies.join("; ")).send().await.expect("an answer");
            for set in answer.headers().get_all(SET_COOKIE) {
                let set = set.to_str().expect("text");
                let pair = set.split(';').next().expect("a cookie");
                let (name, value) = pair.split_once('=').expect("name and value");
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            match answer.headers().get(LOCATION) {
                Some(location) => path = location.to_str().expect("text").to_owned(),
                None => {
                    (self.html, self.path) = (answer.text().await.expect("a page"), path);
                    return;
                }
            }
        }
        panic!("{path} leads in a circle");
    }

    /// Whether the page says something.
    fn says(&self, text: &str) -> bool {
        self.html.replace('\u{A0}', " ").contains(text)
    }

    fn must_say(&self, text: &str) {
        assert!(self.says(text), "{text} on {}:\n{}", self.path, self.html);
    }

    /// The form that sends to `action`, from its first to its last tag.
    fn form(&self, action: &str) -> &str {
        let mark = format!("action=\"{action}\"");
        let forms = self.html.split("<form").skip(1);
        let found = forms.filter_map(|form| form.split("</form>").next()).find(|form| form.contains(&mark));
        found.unwrap_or_else(|| panic!("no form to {action} on {}:\n{}", self.path, self.html))
    }

    /// Fills in the form that sends to `action`, and sends it. Every field must be in it.
    async fn send(&mut self, action: &str, fields: &[(&str, &str)]) {
        let form = self.form(action);
        assert!(form.contains("method=\"post\"") && form.contains("<button"), "{form}");
        let mut body = form_urlencoded::Serializer::new(String::new());
        for tag in form.split("<input").skip(1).filter(|tag| tag.contains("type=\"hidden\"")) {
            body.append_pair(attribute(tag, "name"), attribute(tag, "value"));
        }
        for (name, value) in fields {
            assert!(form.contains(&format!("name=\"{name}\"")), "{name} in {form}");
            body.append_pair(name, value);
        }
        let body = body.finish();
        self.load(action, Some(body)).await;
    }

    /// The SMS code that the demonstration shows in place of a phone.
    fn sms_code(&self) -> String {
        let notice = self.html.split("class=\"demo\"").nth(1).expect("the notice of the demonstration");
        let notice = notice.split("</p>").next().expect("its end");
        notice.chars().filter(char::is_ascii_digit).collect()
    }

    /// The first address on the page that begins so.
    fn link(&self, beginning: &str) -> String {
        let mark = format!("href=\"{beginning}");
        let rest = self.html.split(&mark).nth(1).unwrap_or_else(|| panic!("no link to {beginning}"));
        format!("{beginning}{}", rest.split('"').next().expect("its end"))
    }
}

/// The value of an attribute of the first tag in `html`.
fn attribute<'h>(html: &'h str, name: &str) -> &'h str {
    let value = html.split(&format!("{name}=\"")).nth(1).expect("the attribute");
    value.split('"').next().expect("its end")
}

#[tokio::test]
async fn a_visit_works_by_forms_and_links_alone() {
    let demo = Demo::start();
    let mut phone = Reader::of(&demo);
    activate(&demo, &mut phone).await;
    phone.goto("/code").await;
    phone.must_say("http-equiv=\"refresh\"");
    assert_eq!(phone.html.matches("<path").count(), phone.html.matches("<path d=\"M").count());
    let digits = phone.html.split("class=\"digits\">").nth(1).expect("the digits");
    let digits: String =
        digits.chars().take_while(|character| *character != '<').filter(char::is_ascii_digit).collect();
    assert_eq!(digits.len(), 28);

    let mut desk = Reader::of(&demo);
    charge(&demo, &mut desk, &digits).await;
    pay(&demo, &mut phone).await;
    desk.goto(&desk.path.clone()).await;
    desk.must_say("患者已用手机支付");

    phone.goto("/me").await;
    phone.send("/appearance", &[("language", "en")]).await;
    phone.must_say("<html lang=\"en\"");
    phone.send("/logout", &[]).await;
    phone.goto("/code").await;
    assert!(phone.path.starts_with("/login"), "nobody is logged in any more: {}", phone.path);
}

async fn activate(demo: &Demo, phone: &mut Reader) {
    let person = demo.person("李秀英");
    phone.goto("/activate").await;
    phone.send("/activate/sms", &[("phone", &person.phone)]).await;
    phone.send("/activate/code", &[("sms_code", &phone.sms_code())]).await;
    let who = [("name", person.name.as_str()), ("id_number", person.id_number.as_str())];
    phone.send("/activate/identity", &who).await;
    phone.send("/activate/agreement", &[("decision", "accept")]).await;
    phone.send("/activate/pin", &[("pin", &person.pin), ("pin_again", &person.pin)]).await;
    assert_eq!(phone.path, "/activate/done");
    phone.goto("/card").await;
    phone.send("/card", &[("card_number", &person.card_number)]).await;
    phone.send("/card/code", &[("sms_code", &phone.sms_code())]).await;
    assert_eq!(phone.path, "/card/done");
}

async fn charge(demo: &Demo, desk: &mut Reader, digits: &str) {
    let hospital = demo.institution("样例区人民医院");
    desk.goto("/t/login").await;
    let staff = [
        ("institution_code", hospital.code.as_str()),
        ("staff_no", hospital.staff_no.as_str()),
        ("password", hospital.password.as_str()),
    ];
    desk.send("/t/login", &staff).await;
    desk.send("/t/scan", &[("code", digits)]).await;
    let visit = desk.path.clone();
    let registration = [
        ("medical_type", "11"),
        ("department", "A03 内科"),
        ("doctor", "D0001 样例医师"),
        ("diagnosis", "I10.x00 原发性高血压"),
    ];
    desk.send(&format!("{visit}/register"), &registration).await;
    let item = [("item_code", "XC08CAA146A001010199002"), ("price", "31.20"), ("quantity", "10")];
    desk.send(&format!("{visit}/items"), &item).await;
    desk.send(&format!("{visit}/presettle"), &[]).await;
    // Amlodipine, class A: 312.00 in scope. A retired person bears 300.00 first; of the other 12.00 a secondary hospital's
    // patient bears 20 %, 2.40, and the fund 9.60.
    desk.must_say("302.40 元");
    desk.must_say("9.60 元");
    desk.send(&format!("{visit}/settle"), &[("collect", "phone")]).await;
    desk.must_say("等待患者支付");
}

async fn pay(demo: &Demo, phone: &mut Reader) {
    phone.goto("/").await;
    let bill = phone.link("/bills/");
    phone.goto(&bill).await;
    phone.must_say("302.40 元");
    phone.must_say("<details");
    phone.goto(&phone.link(&format!("{bill}/pay"))).await;
    phone.send(&format!("{bill}/pay"), &[("pin", &demo.person("李秀英").pin)]).await;
    phone.send(&format!("{bill}/pay/code"), &[("sms_code", &phone.sms_code())]).await;
    assert_eq!(phone.path, format!("{bill}/paid"));
    let end = Instant::now() + PATIENCE;
    while !phone.says("支付成功") {
        assert!(Instant::now() < end, "not paid:\n{}", phone.html);
        // While the bank has not answered, the page loads itself again by its own mark-up.
        phone.must_say("http-equiv=\"refresh\"");
        phone.goto(&format!("{bill}/paid")).await;
    }
}
