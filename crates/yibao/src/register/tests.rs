use model::{Date, Fen};
use store::{Database, DatabaseUrl, Keys, StoreSettings};

use super::file::Mistake;
use super::*;
use crate::demo::data;

/// The people of the demonstration, as a register file.
fn text() -> String {
    let mut text = "
[[institution]]
code = \"H33020000001\"
name = \"样例医院\"
kind = \"hospital\"
level = \"tertiary\"
staff = [{ staff_no = \"001\", name = \"样例收费员\" }]
"
    .to_owned();
    for sample in data::people().expect("people") {
        text.push_str(&format!(
            "\n[[person]]\nname = \"{}\"\nid_number = \"{}\"\nphone = \"{}\"\ncard_number = \"{}\"\nscheme = \"employee\"\n\
             person_type = \"in_service\"\ninsured_from = 2015-01-01\ncurrent_year = \"120.50\"\n",
            sample.name,
            sample.id_number.as_str(),
            sample.phone,
            sample.card_number
        ));
    }
    text
}

fn platform(folder: &std::path::Path) -> Platform {
    let url = DatabaseUrl::sqlite(folder.join("yibao.db"));
    store::migrate(&url).expect("migrated");
    let keys = Keys::parse(&format!("1:{}", "4e".repeat(32)), &"7a".repeat(32)).expect("keys");
    let database = Database::open(&url, &keys, StoreSettings::default()).expect("opened");
    let policies = benefit::PolicyBook::parse(&[]).expect("no policy");
    let catalogue = benefit::Catalogue::parse(&[]).expect("no catalogue");
    let rules = Arc::new(Rules { policies, catalogue, back_date_days: 90 });
    Platform { database, rules, region: "330200".parse().expect("a region"), clock: Clock::System }
}

#[tokio::test]
async fn persons_are_registered_once_with_their_accounts() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = platform(folder.path());
    let register = RegisterFile::parse(&text()).expect("right");
    let count = register.persons.len();
    assert!(count >= 3);
    let mut done = Done::default();
    platform.add_persons(&register.persons, &mut done).await.expect("registered");
    assert_eq!(done, Done { persons: count, accounts: count, ..Done::default() });
    let mut again = Done::default();
    platform.add_persons(&register.persons, &mut again).await.expect("left as they are");
    assert_eq!(again, Done { known: count, ..Done::default() });

    let mut changed = register.persons.clone();
    changed[1].person_type = model::PersonType::Retired;
    let mut third = Done::default();
    platform.add_persons(&changed, &mut third).await.expect("left as they are");
    assert_eq!(third.otherwise, [changed[1].line]);

    let number = register.persons[0].id_number.clone();
    let found = platform
        .database
        .read(move |connection| {
            let id = people::find_by_id_number(connection, &number)?.expect("found");
            let account = store::benefit_accounts::find(connection, id)?;
            Ok::<_, StoreError>((people::find(connection, id)?.expect("a person"), account))
        })
        .await
        .expect("read");
    assert_eq!(found.0.insured.insured_from, Date::constant(2015, 1, 1));
    assert_eq!(found.1.balances.current_year, Fen::new(12_050));
}

#[tokio::test]
async fn institutions_get_keys_that_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = platform(folder.path());
    let register = RegisterFile::parse(&text()).expect("right");
    let (new, told) = unknown(&platform.database, register.institutions.clone()).await.expect("read");
    assert!(told.is_empty());
    let (secrets, members) = secrets_for(&new).await.expect("made");
    insert(&platform.database, platform.region, new, &secrets, members).await.expect("registered");
    let again = unknown(&platform.database, register.institutions.clone()).await.expect("read");
    assert!(again.0.is_empty() && again.1.is_empty());
    // A further member is added to the institution that is there; another level is told and not taken.
    let mut more = register.institutions;
    more[0].level = model::InstitutionLevel::Primary;
    more[0]
        .staff
        .push(super::file::StaffEntry { staff_no: "002".to_owned(), name: "样例药师".to_owned() });
    let (new, told) = unknown(&platform.database, more).await.expect("read");
    assert_eq!((new.len(), new[0].known, new[0].entry.staff.len(), told.len()), (1, true, 1, 1));
    let (added, members) = secrets_for(&new).await.expect("made");
    assert!(added.institution[0].keys.is_none());
    insert(&platform.database, platform.region, new, &added, members).await.expect("registered");
    let secret = &secrets.institution[0];
    let keys = secret.keys.as_ref().expect("keys");
    let (access_key, code) = (keys.access_key.clone(), secret.code.parse().expect("a code"));
    let (found, member) = platform
        .database
        .read(move |connection| {
            let found = institutions::find_by_access_key(connection, &access_key)?.expect("found");
            Ok::<_, StoreError>((found, staff::find(connection, &code, "001")?.expect("staff")))
        })
        .await
        .expect("read");
    assert_eq!(found.1.secret_key.expose(), keys.secret_key);
    let hash = member.password_hash.expose().to_owned();
    assert_eq!(passwords::matches(secret.staff[0].password.clone(), hash).await.ok(), Some(true));
}

#[test]
fn every_mistake_is_told_with_its_line_and_without_its_value() {
    let good = text();
    let number = data::people().expect("people")[0].id_number.as_str().to_owned();
    for (from, to, what) in [
        (number.as_str(), "330226199001011234", "id_number"),
        ("phone = \"1", "phone = \"2", "phone: is no mobile number"),
        ("current_year = \"120.50\"", "current_year = \"-1\"", "current_year: is no amount"),
        ("insured_from = 2015-01-01", "insured_from = 12:00:00", "insured_from: is no date"),
        ("kind = \"hospital\"", "kind = \"pharmacy\"", "kind: codes of hospitals"),
        ("scheme = \"employee\"", "scheme = \"others\"", "unknown variant"),
        ("scheme = \"employee\"", "scheme = \"resident\"", "person_type: is no class of persons"),
        ("person_type", "type", "unknown field"),
        ("name = \"样例医院\"", "name = 1", "invalid type"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let mistakes = RegisterFile::parse(&bad).expect_err(what);
        assert!(mistakes.iter().any(|mistake| mistake.what.contains(what)), "{what}: {mistakes:?}");
        assert!(mistakes.iter().all(|Mistake { line, what }| *line > 1 && !what.contains(&number)));
    }
    let twice = format!(
        "{good}{}",
        good.split_once("\n[[person]]").expect("a person").1.replacen("name", "[[person]]\nname", 1)
    );
    let mistakes = RegisterFile::parse(&twice).expect_err("twice");
    assert!(mistakes.iter().all(|mistake| mistake.what == "id_number: is in the file twice"), "{mistakes:?}");
}
