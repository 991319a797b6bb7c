use model::{InsuranceStatus, PersonId};
use store::institutions::{self, SigningKeys};
use store::people::{self, Person};
use store::reads::{self, StaffRead};
use store::{Database, Keys, Personal, StoreError, StoreSettings, policies};

use crate::bench::{Bench, on_both_engines};
use crate::samples::{NOW, hospital, id_number, person, person_id, phone};

on_both_engines!(
    a_person_reads_back_and_is_found_by_each_number,
    a_number_belongs_to_one_person,
    nothing_personal_is_stored_in_clear,
    a_field_moved_to_another_person_does_not_open,
    status_and_phone_change,
    a_new_key_takes_over,
    keys_of_another_register_are_noticed,
    the_register_is_walked_page_by_page,
    an_institution_reads_back_with_its_keys,
    readings_by_staff_are_listed_newest_first,
    a_policy_text_is_kept_once,
);

fn register(bench: &Bench, numbers: std::ops::Range<u32>) {
    let people: Vec<Person> = numbers.map(person).collect();
    bench.write(move |transaction| people::insert(transaction, &people)).expect("registered");
}

fn read_person(bench: &Bench, id: PersonId) -> Result<Option<Person>, StoreError> {
    bench.block_on(bench.open().read(move |connection| people::find(connection, id)))
}

fn a_person_reads_back_and_is_found_by_each_number(bench: &Bench) {
    register(bench, 1..4);
    assert_eq!(read_person(bench, person_id(2)).expect("read"), Some(person(2)));
    assert_eq!(read_person(bench, person_id(9)).expect("read"), None);
    let without = Person { phone: None, card_number: None, employer: None, ..person(4) };
    let stored = without.clone();
    bench
        .write(move |transaction| people::insert(transaction, std::slice::from_ref(&stored)))
        .expect("registered");
    assert_eq!(read_person(bench, person_id(4)).expect("read"), Some(without));
    let found = bench.block_on(bench.open().read(|connection| {
        let by_number = people::find_by_id_number(connection, &id_number(3))?;
        let by_phone = people::find_by_phone(connection, &phone(3))?;
        let by_card =
            people::find_by_card_number(connection, person(3).card_number.as_ref().expect("a card"))?;
        let unknown = people::find_by_id_number(connection, &id_number(99))?;
        Ok::<_, StoreError>((by_number, by_phone, by_card, unknown))
    }));
    let id = person_id(3);
    assert_eq!(found, Ok((Some(id), vec![id], Some(id), None)));
}

fn a_number_belongs_to_one_person(bench: &Bench) {
    register(bench, 1..2);
    let twin = Person { insured: person(2).insured, phone: person(1).phone, card_number: None, ..person(1) };
    let refused = bench.write(move |transaction| people::insert(transaction, std::slice::from_ref(&twin)));
    assert_eq!(refused, Err(StoreError::Conflict));
    assert_eq!(read_person(bench, person_id(2)), Ok(None));
    // A phone may be shared by a family.
    let child = Person { phone: person(1).phone, ..person(3) };
    bench
        .write(move |transaction| people::insert(transaction, std::slice::from_ref(&child)))
        .expect("registered");
    let sharing =
        bench.block_on(bench.open().read(|connection| people::find_by_phone(connection, &phone(1))));
    assert_eq!(sharing, Ok(vec![person_id(1), person_id(3)]));
}

fn nothing_personal_is_stored_in_clear(bench: &Bench) {
    register(bench, 1..2);
    let signing =
        SigningKeys { access_key: "AK0001".to_owned(), secret_key: Personal::new("canary-secret-key") };
    bench
        .write(move |transaction| institutions::insert(transaction, &hospital(), Some(&signing)))
        .expect("inserted");
    let stored = bench.dump();
    let holds = |needle: &str| stored.windows(needle.len()).any(|window| window == needle.as_bytes());
    // The search itself must find what is stored in clear.
    assert!(holds("样例第一医院") && holds("明州样例厂"));
    let subject = person(1);
    let card = subject.card_number.expect("a card");
    for secret in [
        subject.name.expose(),
        subject.id_number.as_str(),
        phone(1).expose(),
        card.expose(),
        "canary-secret-key",
    ] {
        assert!(!holds(secret), "{secret} is stored in clear");
    }
}

fn a_field_moved_to_another_person_does_not_open(bench: &Bench) {
    register(bench, 1..3);
    assert!(read_person(bench, person_id(1)).is_ok());
    bench.tamper(
        "UPDATE person SET name_sealed = 
        (SELECT other.name_sealed FROM person AS other ORDER BY other.person_id LIMIT 1)",
    );
    let opened = [1, 2].map(|number| read_person(bench, person_id(number)));
    assert_eq!(opened.iter().filter(|read| matches!(read, Err(StoreError::Cipher(_)))).count(), 1);
}

fn status_and_phone_change(bench: &Bench) {
    register(bench, 1..2);
    let id = person_id(1);
    bench
        .write(move |transaction| {
            people::set_status(transaction, id, InsuranceStatus::Suspended)?;
            people::set_phone(transaction, id, &phone(7))
        })
        .expect("changed");
    let changed = read_person(bench, id).expect("read").expect("registered");
    assert_eq!(changed.insured.status, InsuranceStatus::Suspended);
    assert_eq!(changed.phone, Some(phone(7)));
    let found = bench.block_on(bench.open().read(|connection| {
        Ok::<_, StoreError>((
            people::find_by_phone(connection, &phone(1))?,
            people::find_by_phone(connection, &phone(7))?,
        ))
    }));
    assert_eq!(found, Ok((vec![], vec![id])));
    let nobody =
        bench.write(|transaction| people::set_status(transaction, person_id(9), InsuranceStatus::Ended));
    assert!(matches!(nobody, Err(StoreError::RowCount { affected: 0, .. })));
}

fn keys_of_another_register_are_noticed(bench: &Bench) {
    let (fields, index) = (format!("1:{}", "4e".repeat(32)), "7a".repeat(32));
    let check = |fields: &str, index: &str| {
        let keys = Keys::parse(fields, index).expect("keys");
        let database = Database::open(&bench.url, &keys, StoreSettings::default()).expect("opened");
        bench.block_on(database.read(people::check_keys))
    };
    // An empty register fits every key.
    assert_eq!(check(&fields, &"00".repeat(32)), Ok(()));
    register(bench, 1..3);
    assert_eq!(check(&fields, &index), Ok(()));
    assert!(
        matches!(check(&fields, &"00".repeat(32)), Err(StoreError::Setting(what)) if what.contains("keys.index"))
    );
    assert!(matches!(check(&format!("1:{}", "00".repeat(32)), &index), Err(StoreError::Cipher(_))));
}

fn a_new_key_takes_over(bench: &Bench) {
    register(bench, 1..2);
    let id = person_id(1);
    let index = "7a".repeat(32);
    let old = format!("1:{}", "4e".repeat(32));
    let both = Keys::parse(&format!("{old},2:{}", "5f".repeat(32)), &index).expect("keys");
    let new = Keys::parse(&format!("2:{}", "5f".repeat(32)), &index).expect("keys");
    let open = |keys| Database::open(&bench.url, keys, StoreSettings::default()).expect("opened");
    let with_new_only = bench.block_on(open(&new).read(move |connection| people::find(connection, id)));
    assert!(matches!(with_new_only, Err(StoreError::Cipher(_))));
    let renew = move |transaction: &mut store::Transaction<'_>| people::renew_encryption(transaction, id);
    let database = open(&both);
    assert_eq!(bench.block_on(database.write(renew)), Ok(true));
    assert_eq!(bench.block_on(database.write(renew)), Ok(false));
    let with_new_only = bench.block_on(open(&new).read(move |connection| people::find(connection, id)));
    assert_eq!(with_new_only, Ok(Some(person(1))));
}

fn the_register_is_walked_page_by_page(bench: &Bench) {
    register(bench, 1..8);
    let walked = bench.block_on(bench.open().read(|connection| {
        let mut all = Vec::new();
        loop {
            let page = people::after(connection, all.last().copied(), 3)?;
            if page.is_empty() {
                return Ok::<_, StoreError>((all, people::count(connection)?));
            }
            all.extend(page);
        }
    }));
    assert_eq!(walked, Ok(((1..8).map(person_id).collect(), 7)));
}

fn an_institution_reads_back_with_its_keys(bench: &Bench) {
    let signing = SigningKeys { access_key: "AK0001".to_owned(), secret_key: Personal::new("SK0001") };
    let replaced = SigningKeys { access_key: "AK0002".to_owned(), secret_key: Personal::new("SK0002") };
    let (stored, other) = (signing.clone(), replaced.clone());
    let database = bench.open();
    let insert =
        database.write(move |transaction| institutions::insert(transaction, &hospital(), Some(&stored)));
    bench.block_on(insert).expect("inserted");
    let by_key = |key: &'static str| {
        bench.block_on(database.read(move |connection| institutions::find_by_access_key(connection, key)))
    };
    assert_eq!(by_key("AK0001"), Ok(Some((hospital(), signing))));
    assert_eq!(by_key("AK0009"), Ok(None));
    bench
        .block_on(database.write(move |transaction| {
            institutions::set_keys(transaction, &hospital().code, &other)?;
            institutions::set_active(transaction, &hospital().code, false)
        }))
        .expect("changed");
    assert_eq!(by_key("AK0001"), Ok(None));
    let suspended = model::Institution { active: false, ..hospital() };
    assert_eq!(by_key("AK0002"), Ok(Some((suspended.clone(), replaced))));
    let found = bench.block_on(database.read(|connection| institutions::find(connection, &hospital().code)));
    assert_eq!(found, Ok(Some(suspended.clone())));
    assert_eq!(bench.block_on(database.read(institutions::list)), Ok(vec![suspended]));
    let again =
        bench.block_on(database.write(|transaction| institutions::insert(transaction, &hospital(), None)));
    assert_eq!(again, Err(StoreError::Conflict));
}

fn readings_by_staff_are_listed_newest_first(bench: &Bench) {
    let read = |number: u8| StaffRead {
        person_id: person_id(1),
        read_id: model::EventId::new(NOW.plus_seconds(i64::from(number)), [number; 10]),
        institution: hospital().code,
        operator: "001".to_owned(),
        subject: "person".to_owned(),
        purpose: "1101".to_owned(),
        read_at: NOW.plus_seconds(i64::from(number)),
    };
    bench
        .write(move |transaction| (1..6).try_for_each(|number| reads::insert(transaction, &read(number))))
        .expect("logged");
    let database = bench.open();
    let list = |before, limit| {
        bench.block_on(database.read(move |connection| reads::list(connection, person_id(1), before, limit)))
    };
    assert_eq!(list(None, 2), Ok(vec![read(5), read(4)]));
    assert_eq!(list(Some(read(2).read_id), 9), Ok(vec![read(1)]));
}

fn a_policy_text_is_kept_once(bench: &Bench) {
    let keep = |content: &'static str| bench.write(move |t| policies::keep(t, "v1", content, NOW));
    assert_eq!(keep("rules"), Ok(()));
    assert_eq!(keep("rules"), Ok(()));
    assert!(matches!(keep("other rules"), Err(StoreError::Inconsistent { .. })));
    let kept = bench.block_on(bench.open().read(|connection| {
        Ok::<_, StoreError>((policies::find(connection, "v1")?, policies::versions(connection)?))
    }));
    assert_eq!(kept, Ok((Some("rules".to_owned()), vec!["v1".to_owned()])));
}
