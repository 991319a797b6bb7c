use std::sync::Arc;

use credential::{AttemptPolicy, PinRefusal, SendLimits, SmsCode, SmsCodes, SmsKey, SmsRefusal, SmsSettings};
use store::sessions::{self, Session, SessionKind};
use store::staff::{self, SignIn, StaffMember};
use store::{Digest, Personal, StoreError, accounts, institutions, sms};

use crate::bench::{Bench, on_both_engines};
use crate::samples::{NOW, hospital, person_id, phone};

on_both_engines!(
    a_phone_has_one_login_and_one_person,
    real_name_checks_of_a_phone_are_counted_until_they_lock,
    a_login_is_let_go_and_only_then_forgotten,
    a_waiting_phone_number_opens_for_its_browser_alone,
    a_session_ends_by_time_or_at_once,
    a_code_serves_once_and_wrong_tries_are_counted,
    codes_asked_for_at_once_are_sent_once,
    old_codes_are_forgotten_but_numbering_goes_on,
    staff_log_in_with_counted_tries,
    a_system_signs_in_and_out,
);

fn a_phone_has_one_login_and_one_person(bench: &Bench) {
    let open = || bench.write(|transaction| accounts::open(transaction, &phone(1), NOW)).expect("opened");
    let account = open();
    assert_eq!(open(), account);
    assert_eq!((account.phone.clone(), account.person_id, account.created_at), (phone(1), None, NOW));
    let key = account.key;
    let link = |number| bench.write(move |transaction| accounts::link(transaction, key, person_id(number)));
    assert_eq!((link(1), link(2)), (Ok(true), Ok(false)));
    let found = bench.block_on(bench.open().read(move |connection| {
        let by_phone = accounts::find_by_phone(connection, &phone(1))?;
        let unknown = accounts::find_by_phone(connection, &phone(2))?;
        Ok::<_, StoreError>((by_phone, unknown, accounts::of_person(connection, person_id(1))?))
    }));
    let linked = accounts::InsuredAccount { person_id: Some(person_id(1)), ..account };
    assert_eq!(found, Ok((Some(linked), None, vec![key])));
}

fn real_name_checks_of_a_phone_are_counted_until_they_lock(bench: &Bench) {
    let key = bench.write(|transaction| accounts::open(transaction, &phone(1), NOW)).expect("opened").key;
    let policy = AttemptPolicy { tries: 3, lock_seconds: 60 };
    let check = |right, at| bench.write(move |t| accounts::judge_check(t, key, policy, right, at));
    assert_eq!(check(false, NOW), Ok(Some(Err(PinRefusal::Wrong { remaining: 2 }))));
    assert_eq!(check(true, NOW), Ok(Some(Ok(()))), "a right one clears the count");
    for left in [2, 1] {
        assert_eq!(check(false, NOW), Ok(Some(Err(PinRefusal::Wrong { remaining: left }))));
    }
    let until = NOW.plus_seconds(60);
    assert_eq!(check(false, NOW), Ok(Some(Err(PinRefusal::Locked { until }))));
    assert_eq!(check(true, NOW.plus_seconds(59)), Ok(Some(Err(PinRefusal::Locked { until }))));
    // Asking for the login again does not clear it.
    bench.write(|transaction| accounts::open(transaction, &phone(1), NOW)).expect("opened");
    assert_eq!(check(true, NOW.plus_seconds(59)), Ok(Some(Err(PinRefusal::Locked { until }))));
    assert_eq!(check(true, until), Ok(Some(Ok(()))));
    let unknown = Digest::new([9; 32]);
    assert_eq!(bench.write(move |t| accounts::judge_check(t, unknown, policy, true, NOW)), Ok(None));
}

fn a_login_is_let_go_and_only_then_forgotten(bench: &Bench) {
    let key = bench.write(|transaction| accounts::open(transaction, &phone(1), NOW)).expect("opened").key;
    let linked = bench.write(move |transaction| accounts::link(transaction, key, person_id(1)));
    assert_eq!(linked, Ok(true));
    let forget = || bench.write(move |transaction| accounts::forget(transaction, key));
    assert_eq!(forget(), Ok(false), "it belongs to someone");
    let unlink = |number| bench.write(move |transaction| accounts::unlink(transaction, person_id(number)));
    assert_eq!((unlink(2), unlink(1), unlink(1)), (Ok(0), Ok(1), Ok(0)));
    let again = bench.write(move |transaction| accounts::link(transaction, key, person_id(2)));
    assert_eq!((again, unlink(2)), (Ok(true), Ok(1)));
    assert_eq!((forget(), forget()), (Ok(true), Ok(false)));
}

fn a_waiting_phone_number_opens_for_its_browser_alone(bench: &Bench) {
    let database = bench.open();
    let sealed = bench
        .block_on(database.read(|connection| accounts::seal_waiting_phone(connection, "one", &phone(1))))
        .expect("sealed");
    let open = |browser: &'static str, sealed: Vec<u8>| {
        bench.block_on(
            database.read(move |connection| accounts::open_waiting_phone(connection, browser, &sealed)),
        )
    };
    assert_eq!(open("one", sealed.clone()), Ok(phone(1)));
    assert!(matches!(open("two", sealed.clone()), Err(StoreError::Cipher(_))));
    assert!(matches!(open("one", vec![0; 40]), Err(StoreError::Cipher(_))));
    let changed: Vec<u8> =
        sealed.iter().enumerate().map(|(i, byte)| if i == 20 { byte ^ 1 } else { *byte }).collect();
    assert!(matches!(open("one", changed), Err(StoreError::Cipher(_))));
}

fn session(number: u8, kind: SessionKind) -> Session {
    Session {
        token_digest: Digest::new([number; 32]),
        kind,
        subject: "subject".to_owned(),
        created_at: NOW,
        seen_at: NOW,
        expires_at: NOW.plus_seconds(60),
        data: "{}".to_owned(),
    }
}

fn a_session_ends_by_time_or_at_once(bench: &Bench) {
    let database = bench.open();
    bench
        .block_on(database.write(|transaction| {
            for number in 1..4 {
                sessions::insert(transaction, &session(number, SessionKind::Insured))?;
            }
            sessions::insert(transaction, &session(4, SessionKind::Staff))
        }))
        .expect("begun");
    let find = |number: u8, seconds| {
        let token = Digest::new([number; 32]);
        let at = NOW.plus_seconds(seconds);
        bench.block_on(database.read(move |connection| sessions::find(connection, token, at))).expect("read")
    };
    assert_eq!(find(1, 59), Some(session(1, SessionKind::Insured)));
    assert_eq!(find(1, 60), None);
    let touched = bench.block_on(database.write(|transaction| {
        let token = Digest::new([1; 32]);
        sessions::set_data(transaction, token, "{\"csrf\":1}")?;
        sessions::touch(transaction, token, NOW.plus_seconds(30), NOW.plus_seconds(90))
    }));
    assert_eq!(touched, Ok(true));
    assert_eq!(find(1, 60).map(|found| found.data), Some("{\"csrf\":1}".to_owned()));
    let swap = |known: &'static str, data: &'static str| {
        let token = Digest::new([1; 32]);
        bench
            .block_on(database.write(move |transaction| sessions::swap_data(transaction, token, known, data)))
    };
    assert_eq!(swap("{\"csrf\":1}", "{\"csrf\":2}"), Ok(()));
    assert!(
        matches!(swap("{\"csrf\":1}", "{}"), Err(StoreError::Collision(_))),
        "it is something else by now"
    );
    assert_eq!(find(1, 60).map(|found| found.data), Some("{\"csrf\":2}".to_owned()));
    let ended = bench.block_on(database.write(|transaction| {
        let one = sessions::end(transaction, Digest::new([2; 32]))?;
        let again = sessions::end(transaction, Digest::new([2; 32]))?;
        Ok::<_, StoreError>((one, again, sessions::end_all(transaction, SessionKind::Insured, "subject")?))
    }));
    assert_eq!(ended, Ok((true, false, 2)));
    assert_eq!((find(1, 0), find(3, 0)), (None, None));
    assert!(find(4, 0).is_some());
    let forgotten = bench
        .block_on(database.write(|transaction| sessions::forget_expired(transaction, NOW.plus_seconds(60))));
    assert_eq!(forgotten, Ok(1));
}

fn codes() -> SmsCodes {
    SmsCodes::new(SmsKey::new([5; 32]), SmsSettings::default())
}

fn code() -> SmsCode {
    SmsCode::from_random([0; 16])
}

const LIMITS: SendLimits = SendLimits { gap_seconds: 60, per_hour: 5, per_day: 10 };

fn a_code_serves_once_and_wrong_tries_are_counted(bench: &Bench) {
    let send = |purpose: &'static str, seconds| {
        bench
            .write(move |transaction| {
                let challenge = codes().challenge(purpose, &code(), NOW.plus_seconds(seconds));
                sms::send(transaction, &phone(1), purpose, challenge, LIMITS)
            })
            .expect("no failure of the database")
    };
    let answer = |purpose: &'static str, text: &'static str| {
        bench
            .write(move |transaction| {
                sms::answer(transaction, &codes(), &phone(1), purpose, text, NOW.plus_seconds(61))
            })
            .expect("no failure of the database")
    };
    assert_eq!(answer("login", "000000"), None);
    assert_eq!(send("login", 0), Ok(()));
    // The limit is the number's, whatever the purpose.
    assert!(send("bind", 59).is_err());
    assert_eq!(send("bind", 60), Ok(()));
    assert_eq!(answer("login", "111111"), Some(Err(SmsRefusal::Wrong { remaining: 4 })));
    assert_eq!(answer("login", "000000"), Some(Ok(())));
    assert_eq!(answer("login", "000000"), Some(Err(SmsRefusal::Used)));
    for remaining in [4, 3, 2, 1] {
        assert_eq!(answer("bind", "111111"), Some(Err(SmsRefusal::Wrong { remaining })));
    }
    assert_eq!(answer("bind", "111111"), Some(Err(SmsRefusal::NoTriesLeft)));
    assert_eq!(answer("bind", "000000"), Some(Err(SmsRefusal::NoTriesLeft)));
}

fn codes_asked_for_at_once_are_sent_once(bench: &Bench) {
    let database = bench.open();
    let sent = bench.block_on(async {
        let requests: Vec<_> = (0..16)
            .map(|_| {
                let database = Arc::clone(&database);
                tokio::spawn(async move {
                    database
                        .write(|transaction| {
                            let challenge = codes().challenge("login", &code(), NOW);
                            sms::send(transaction, &phone(1), "login", challenge, LIMITS)
                        })
                        .await
                })
            })
            .collect();
        let mut sent = 0;
        for request in requests {
            sent += usize::from(request.await.expect("ran").expect("no failure of the database").is_ok());
        }
        sent
    });
    assert_eq!(sent, 1);
}

fn old_codes_are_forgotten_but_numbering_goes_on(bench: &Bench) {
    let send = |seconds| {
        bench.write(move |transaction| {
            let challenge = codes().challenge("login", &code(), NOW.plus_seconds(seconds));
            sms::send(transaction, &phone(1), "login", challenge, LIMITS)
        })
    };
    assert_eq!((send(0), send(60), send(120)), (Ok(Ok(())), Ok(Ok(())), Ok(Ok(()))));
    assert_eq!(bench.write(|transaction| sms::forget(transaction, NOW.plus_seconds(1000))), Ok(2));
    assert_eq!(send(180), Ok(Ok(())));
}

fn member() -> StaffMember {
    StaffMember {
        institution: hospital().code,
        staff_no: "001".to_owned(),
        name: Personal::new("李样例"),
        password_hash: Personal::new("$argon2id$sample"),
        active: true,
    }
}

fn staff_log_in_with_counted_tries(bench: &Bench) {
    bench
        .write(|transaction| {
            institutions::insert(transaction, &hospital(), None)?;
            staff::insert(transaction, &member())
        })
        .expect("registered");
    let code = hospital().code;
    let find =
        || bench.block_on(bench.open().read(|c| staff::find(c, &hospital().code, "001"))).expect("read");
    assert_eq!(find(), Some(member()));
    let policy = AttemptPolicy { tries: 3, lock_seconds: 60 };
    let judge =
        |right| bench.write(move |t| staff::judge_password(t, &hospital().code, "001", policy, right, NOW));
    assert_eq!(judge(false), Ok(Some(Err(PinRefusal::Wrong { remaining: 2 }))));
    assert_eq!(judge(true), Ok(Some(Ok(()))));
    assert_eq!(judge(false), Ok(Some(Err(PinRefusal::Wrong { remaining: 2 }))));
    assert_eq!(judge(false), Ok(Some(Err(PinRefusal::Wrong { remaining: 1 }))));
    let until = NOW.plus_seconds(60);
    assert_eq!(judge(false), Ok(Some(Err(PinRefusal::Locked { until }))));
    assert_eq!(judge(true), Ok(Some(Err(PinRefusal::Locked { until }))));
    bench
        .write(move |transaction| {
            staff::set_password(transaction, &code, "001", &Personal::new("$argon2id$other"))?;
            staff::set_active(transaction, &code, "001", false)
        })
        .expect("changed");
    assert_eq!(judge(true), Ok(Some(Ok(()))));
    let changed = StaffMember { password_hash: Personal::new("$argon2id$other"), active: false, ..member() };
    assert_eq!(find(), Some(changed));
    let unknown = bench.write(move |t| staff::judge_password(t, &hospital().code, "009", policy, true, NOW));
    assert_eq!(unknown, Ok(None));
}

fn a_system_signs_in_and_out(bench: &Bench) {
    let sign_in = SignIn {
        institution: hospital().code,
        sign_no: "S1".to_owned(),
        operator: "001".to_owned(),
        address: "00-16-3E-00-00-01".to_owned(),
        signed_in_at: NOW,
        signed_out_at: None,
    };
    let stored = sign_in.clone();
    bench.write(move |transaction| staff::sign_in(transaction, &stored)).expect("signed in");
    let out = || bench.write(|t| staff::sign_out(t, &hospital().code, "S1", NOW.plus_seconds(5)));
    assert_eq!((out(), out()), (Ok(true), Ok(false)));
    let found = bench.block_on(bench.open().read(|c| staff::find_sign_in(c, &hospital().code, "S1")));
    assert_eq!(found, Ok(Some(SignIn { signed_out_at: Some(NOW.plus_seconds(5)), ..sign_in })));
}
