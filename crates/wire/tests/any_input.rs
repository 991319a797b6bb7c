//! Whatever is sent, the answer is a message or an error, never a panic.
#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

#[cfg(test)]
mod common;

use common::*;
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};
use wire::check::check;
use wire::ec::{DecodeAnswer, DecodeQuery};
use wire::envelope::{Limits, Request, Response};
use wire::message::*;
use wire::tables::Direction;
use wire::transaction::Transaction;
use wire::{Error, Language, Object};

/// Values of every kind, odd numbers and texts among them.
fn any_value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        Just("0".to_owned()),
        Just("-0.00".to_owned()),
        Just("1e400".to_owned()),
        Just("9".repeat(100)),
        "-?[1-9][0-9]{0,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,6})?",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_filter_map("a number", |digits| digits.parse::<Number>().ok()).prop_map(Value::Number),
        ".{0,40}".prop_map(Value::String),
        "(2023-0[0-9]-[0-3][0-9]( [0-2][0-9]:00:00)?|0?[0-9]{1,3}|null|[0-9A-Z]{26})".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop_oneof![
            "(data|feedetail|druginfo|drugdetail|mdtrtinfo|diseinfo|psn_no|cnt|pric|certno|exp_content|setl_id)",
            ".{0,12}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Right fee items of which up to three values, at any place, became something else.
fn nearly_right_fees() -> impl Strategy<Value = Object> {
    let upload = FeeUpload { lines: vec![fee_line(), fee_line()] };
    let right = upload.to_nodes().expect("right");
    let fields: Vec<String> = right["feedetail"][0].as_object().expect("an object").keys().cloned().collect();
    let change = (0..2_usize, prop::sample::select(fields), any_value());
    prop::collection::vec(change, 1..=3).prop_map(move |changes| {
        let mut nodes = right.clone();
        for (line, field, value) in changes {
            nodes["feedetail"][line][field.as_str()] = value;
        }
        nodes
    })
}

fn try_all(infno: &str, nodes: &Object) {
    fn look<M: Message>(infno: &str, direction: Direction, nodes: &Object) {
        let result: Result<M, Error> = read(tables(), infno, direction, nodes);
        match result {
            Ok(message) => {
                let _ = message.to_nodes().map_err(|error| error.text(Language::Chinese));
            }
            Err(error) => assert!(!error.text(Language::Chinese).is_empty() && !error.to_string().is_empty()),
        }
        // The types must stand on their own too, without the tables before them.
        let _ = M::from_nodes(nodes).map_err(|problem| problem.text(Language::English));
    }
    let (incoming, outgoing) = (Direction::In, Direction::Out);
    look::<PersonQuery>(infno, incoming, nodes);
    look::<BenefitQuery>(infno, incoming, nodes);
    look::<Registration>(infno, incoming, nodes);
    look::<VisitUpload>(infno, incoming, nodes);
    look::<FeeUpload>(infno, incoming, nodes);
    look::<PreSettlement>(infno, incoming, nodes);
    look::<Settlement>(infno, incoming, nodes);
    look::<Purchase>(infno, incoming, nodes);
    look::<Revocation>(infno, incoming, nodes);
    look::<Reversal>(infno, incoming, nodes);
    look::<OrderQuery>(infno, incoming, nodes);
    look::<PersonReply>(infno, outgoing, nodes);
    look::<FeeReply>(infno, outgoing, nodes);
    look::<SettlementReply>(infno, outgoing, nodes);
    look::<RevocationReply>(infno, outgoing, nodes);
    look::<SettlementQueryReply>(infno, outgoing, nodes);
    look::<OrderReply>(infno, outgoing, nodes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Request::parse(&bytes, Limits::default());
        let _ = Response::parse(&bytes, Limits::default());
        let _ = DecodeQuery::parse(tables(), &bytes, Limits::default());
        let _ = DecodeAnswer::parse(tables(), &bytes, Limits::default());
    }

    /// Text that looks like JSON goes deeper than random bytes do.
    #[test]
    fn any_text_of_json_characters(text in "[\\{\\}\\[\\]\",:0-9a-z\\\\ .eE+-]{0,200}") {
        let _ = Request::parse(text.as_bytes(), Limits::default()).map_err(|error| error.text(Language::Chinese));
        let as_input = json!({"input": text}).to_string();
        let _ = Request::parse(as_input.as_bytes(), Limits::default());
    }

    #[test]
    fn any_envelope(value in any_value(), at in 0_usize..18) {
        let mut envelope: Value = serde_json::from_str(&request("2207", json!({})).to_json()).expect("JSON");
        let members = envelope.as_object_mut().expect("an object");
        let name = members.keys().nth(at).cloned().expect("a member");
        members.insert(name, value);
        match Request::parse(envelope.to_string().as_bytes(), Limits::default()) {
            Ok(request) => {
                let again = Request::parse(request.to_json().as_bytes(), Limits::default()).expect("its own writing");
                prop_assert_eq!(again.digest(), request.digest());
                prop_assert_eq!(again, request);
            }
            Err(error) => prop_assert!(!error.text(Language::Chinese).is_empty()),
        }
    }

    #[test]
    fn any_nodes(value in any_value(), at in 0..Transaction::ALL.len()) {
        let nodes = Object::from_iter([("data".to_owned(), value)]);
        try_all(Transaction::ALL[at].infno(), &nodes);
    }

    /// What passes the tables is in a form that passes again unchanged, and what the types read of it they write back.
    #[test]
    fn what_passes_is_stable(nodes in nearly_right_fees()) {
        try_all("2204", &nodes);
        let table = tables().transaction("2204").expect("tables");
        if let Ok(checked) = check(table, Direction::In, &nodes) {
            let checked_again = check(table, Direction::In, &checked);
            prop_assert_eq!(checked_again.as_ref(), Ok(&checked));
            if let Ok(upload) = FeeUpload::from_nodes(&checked) {
                let written = upload.to_nodes().expect("no sums in it");
                let again: Result<FeeUpload, Error> = read(tables(), "2204", Direction::In, &written);
                prop_assert_eq!(again.map(|upload| upload.to_nodes()), Ok(Ok(written)));
            }
        }
    }
}
