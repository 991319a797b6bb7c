//! The terminal of hospitals and pharmacies, by its pages as a browser without scripts follows them, and by its API.

mod api;
mod hospital;
mod login;
mod pharmacy;
mod refusals;
mod settling;

use axum::http::StatusCode;
use model::{Institution, InstitutionCode, InstitutionKind, InstitutionLevel};
use serde_json::json;
use server::passwords;
use store::staff::StaffMember;
use store::{Personal, institutions, reads, settlements, staff};

use crate::support::care::hospital;
use crate::support::{Api, Browser, LI, Page, TestApp, TestPerson};

/// The number of the member of staff at every institution.
pub(crate) const STAFF_NO: &str = "001";
/// Their password.
const PASSWORD: &str = "a long and quiet word";

/// Class A, without a ceiling.
const DRUG_A: &str = "XC08CAA146A001010199002";
/// Class B, of which the person pays 5 % first, without a ceiling.
const DRUG_B: &str = "XJ01DDT056A001010199005";
/// Class C.
const DRUG_C: &str = "XA11GAW049A001010199015";

fn pharmacy() -> InstitutionCode {
    "P33020000001".parse().expect("a code")
}

/// A second hospital.
fn other_hospital() -> InstitutionCode {
    "H33020000002".parse().expect("a code")
}

/// A platform with a member of staff at a hospital, a pharmacy and another hospital.
pub(crate) async fn staffed() -> TestApp {
    let app = TestApp::start().await;
    let hash = passwords::hash(PASSWORD.to_owned()).await.expect("hashed");
    let other = Institution {
        code: other_hospital(),
        name: "示例区人民医院".to_owned(),
        kind: InstitutionKind::Hospital,
        level: InstitutionLevel::Secondary,
        region: "330200".parse().expect("a region"),
        active: true,
    };
    let hire = move |transaction: &mut store::Transaction<'_>| {
        institutions::insert(transaction, &other, None)?;
        [hospital(), pharmacy(), other_hospital()].into_iter().try_for_each(|institution| {
            let member = StaffMember {
                institution,
                staff_no: STAFF_NO.to_owned(),
                name: Personal::new("林收费"),
                password_hash: Personal::new(hash.clone()),
                active: true,
            };
            staff::insert(transaction, &member)
        })
    };
    app.app.database.write::<_, store::StoreError, _>(hire).await.expect("hired");
    app
}

/// A browser at the terminal of an institution, showing the desk.
async fn at_desk(app: &TestApp, institution: &InstitutionCode) -> Browser {
    let mut browser = app.browser();
    browser.get("/t/login").await;
    let desk = log_in(&mut browser, institution.as_str(), PASSWORD).await;
    assert_eq!((desk.status, desk.path.as_str()), (StatusCode::OK, "/t"), "{}", desk.html);
    browser
}

async fn log_in(browser: &mut Browser, institution: &str, password: &str) -> Page {
    let fields = [("institution_code", institution), ("staff_no", STAFF_NO), ("password", password)];
    browser.submit("/t/login", &fields).await
}

/// The code that a person's phone shows now.
async fn code_of(phone: &Api) -> String {
    phone.post("credential/codes", json!({})).await.expect(StatusCode::CREATED).text("digits").to_owned()
}

async fn scan(browser: &mut Browser, code: &str) -> Page {
    browser.submit("/t/scan", &[("certificate_type", "01"), ("code", code)]).await
}

async fn scan_card(browser: &mut Browser, person: &TestPerson) -> Page {
    let id_number = person.id_number();
    let fields = [("certificate_type", "02"), ("id_number", id_number.as_str()), ("name", person.name)];
    browser.submit("/t/scan", &fields).await
}

const REGISTRATION: [(&str, &str); 4] = [
    ("medical_type", "11"),
    ("department", "A03 内科"),
    ("doctor", "D330200000123 李医师"),
    ("diagnosis", "J06.900 急性上呼吸道感染"),
];

/// Sends a form of the visit that the page shows.
async fn on_visit(browser: &mut Browser, form: &str, fields: &[(&str, &str)]) -> Page {
    let visit = visit_of(browser.page());
    browser.submit(&format!("/t/s/{visit}/{form}"), fields).await
}

async fn add(browser: &mut Browser, item: &str, price: &str, quantity: &str) -> Page {
    on_visit(browser, "items", &[("item_code", item), ("price", price), ("quantity", quantity)]).await
}

/// The number of the visit that a page shows.
fn visit_of(page: &Page) -> String {
    let (_, rest) = page.path.split_once("/t/s/").unwrap_or_else(|| panic!("no visit at {}", page.path));
    rest.split(['/', '?']).next().expect("a number").to_owned()
}

/// The value of a hidden field of the page.
fn hidden(page: &Page, name: &str) -> String {
    let (_, rest) = page
        .html
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no field {name} in {}", page.html));
    rest.split('"').next().expect("a value").to_owned()
}

/// What the form of a pre-settled visit sends.
fn settle_form(page: &Page, collect: &'static str) -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> =
        ["key", "total_fen", "cash_fen"].into_iter().map(|name| (name, hidden(page, name))).collect();
    fields.push(("collect", collect.to_owned()));
    fields
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Settles the pre-settled visit that the page shows.
async fn settle(browser: &mut Browser, collect: &'static str) -> Page {
    let fields = settle_form(browser.page(), collect);
    on_visit(browser, "settle", &borrowed(&fields)).await
}

/// A registered visit of [`LI`], who came with an ID card, at the hospital, with one item of class A.
async fn visit_with_item(browser: &mut Browser, yuan: &str) -> String {
    browser.get("/t").await;
    scan_card(browser, &LI).await;
    on_visit(browser, "register", &REGISTRATION).await;
    visit_of(&add(browser, DRUG_A, yuan, "1").await)
}

/// The purposes under which staff read a person's data, the oldest first, with what they read.
async fn readings(app: &TestApp, person: &TestPerson) -> Vec<(String, String, String)> {
    let id = person.id();
    let mut list =
        app.app.database.read(move |connection| reads::list(connection, id, None, 100)).await.expect("read");
    list.reverse();
    list.into_iter().map(|read| (read.operator, read.subject, read.purpose)).collect()
}

/// How many settlements of a visit there are, reversals too.
async fn settlements_of(app: &TestApp, person: &TestPerson, visit: &str) -> usize {
    let (person_id, visit_id) = (person.id(), visit.parse().expect("a number"));
    let all = app.app.database.read(move |connection| settlements::of_visit(connection, person_id, visit_id));
    all.await.expect("read").len()
}
