//! The books behind the gateway: accounts, codes, tokens and transactions.

use std::collections::HashMap;

use model::{Fen, Instant};
use serde::{Deserialize, Serialize};

use crate::random;

/// How the codes in text messages are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsCodes {
    /// Always this one; the real test environment's is 111111.
    Fixed(String),
    /// Six random digits, to be read from the list of sent codes.
    Random,
}

/// A bank account with a card. Has no `Debug`, because all of it is personal.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Number of the card.
    pub card: String,
    /// Name of the holder.
    pub name: String,
    /// Citizen identity number of the holder.
    pub id_number: String,
    /// Phone number that the bank has.
    pub phone: String,
    /// What is on it, in fen.
    pub balance: Fen,
}

/// A code that was sent in a text message.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SentCode {
    /// Whom it went to.
    pub phone: String,
    /// The code.
    pub code: String,
    /// Order number that it is for.
    pub order: String,
    /// txnTime of that order.
    pub time: String,
    /// Amount that it is for in fen; none for opening a token.
    pub amount: Option<Fen>,
    #[serde(skip)]
    used: bool,
}

/// Whether money goes to the merchant or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 01/01.
    Consume,
    /// 04/00.
    Refund,
}

/// A transaction as tests and scripts see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransactionView {
    /// Order number.
    pub order: String,
    /// txnTime.
    pub time: String,
    /// What it is.
    pub kind: Kind,
    /// Amount in fen.
    pub amount: Fen,
    /// The channel's number.
    pub query_id: String,
    /// respCode that it ended in, or 05.
    pub code: &'static str,
    /// How much of it went back since, in fen.
    pub refunded: Fen,
}

/// Order number and txnTime.
pub(crate) type OrderKey = (String, String);

#[derive(Clone)]
pub(crate) struct Transaction {
    pub(crate) view: TransactionView,
    pub(crate) back_url: String,
    /// How many queries still say 05, and what the code is after them.
    pub(crate) pending: Option<(u32, &'static str)>,
    card: String,
}

struct Token {
    card: String,
    active: bool,
    last: Instant,
}

/// A refusal: respCode and respMsg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decline(pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const MALFORMED: Decline = Decline("10", "报文格式错误");
pub(crate) const DUPLICATE: Decline = Decline("12", "重复交易");
pub(crate) const INCOMPLETE: Decline = Decline("13", "报文交易要素缺失");
pub(crate) const NOT_FOUND: Decline = Decline("34", "查无此交易");
const ORIGINAL_STATE: Decline = Decline("35", "原交易不存在或状态不正确");
const ORIGINAL_DIFFERS: Decline = Decline("36", "与原交易信息不符");
const NO_TOKEN: Decline = Decline("89", "无此Token、TR状态无效或者Token状态无效");
const CARD_INVALID: Decline = Decline("61", "输入的卡号无效，请确认后输入");
pub(crate) const INSUFFICIENT: Decline = Decline("64", "卡上的余额不足");
const HOLDER_DIFFERS: Decline = Decline("66", "持卡人身份信息或手机号输入不正确，验证失败");
const CODE_WRONG: Decline = Decline("71", "动态口令或短信验证码校验失败");
const TOKEN_EXPIRED: Decline = Decline("80", "交易失败，Token 已过期");

/// A new transaction, as a request asks for it.
pub(crate) struct Ask {
    pub(crate) key: OrderKey,
    pub(crate) amount: Fen,
    pub(crate) back_url: String,
}

/// The token and its validity.
pub(crate) struct TokenData {
    pub(crate) token: String,
    pub(crate) first: Instant,
    pub(crate) last: Instant,
}

#[derive(Default)]
pub(crate) struct Bank {
    accounts: HashMap<String, Account>,
    tokens: HashMap<String, Token>,
    transactions: HashMap<OrderKey, Transaction>,
    pub(crate) codes: Vec<SentCode>,
    sequence: u32,
}

impl Bank {
    pub(crate) fn open_account(&mut self, account: Account) {
        self.accounts.insert(account.card.clone(), account);
    }

    pub(crate) fn balance(&self, card: &str) -> Option<Fen> {
        self.accounts.get(card).map(|account| account.balance)
    }

    pub(crate) fn transactions(&self) -> Vec<TransactionView> {
        let mut all: Vec<_> = self.transactions.values().map(|found| found.view.clone()).collect();
        all.sort_by(|a, b| a.query_id.cmp(&b.query_id));
        all
    }

    pub(crate) fn find(&self, key: &OrderKey) -> Option<&Transaction> {
        self.transactions.get(key)
    }

    /// Sends a code for opening a token of a card.
    pub(crate) fn send_opening_code(
        &mut self,
        key: &OrderKey,
        card: &str,
        phone: &str,
        codes: &SmsCodes,
    ) -> Result<(), Decline> {
        let account = self.accounts.get(card).ok_or(CARD_INVALID)?;
        if account.phone != phone {
            return Err(HOLDER_DIFFERS);
        }
        self.send_code(key, phone.to_owned(), None, codes);
        Ok(())
    }

    /// Sends a code for one payment to the phone of the token's card.
    pub(crate) fn send_payment_code(
        &mut self,
        key: &OrderKey,
        token: &str,
        amount: Fen,
        codes: &SmsCodes,
        now: Instant,
    ) -> Result<(), Decline> {
        let card = self.card_of(token, now)?;
        let phone = self.accounts.get(&card).ok_or(CARD_INVALID)?.phone.clone();
        self.send_code(key, phone, Some(amount), codes);
        Ok(())
    }

    fn send_code(&mut self, key: &OrderKey, phone: String, amount: Option<Fen>, codes: &SmsCodes) {
        let code = match codes {
            SmsCodes::Fixed(code) => code.clone(),
            SmsCodes::Random => random::digits(6),
        };
        let (order, time) = key.clone();
        self.codes.push(SentCode { phone, code, order, time, amount, used: false });
    }

    /// A code is good once, for the order and amount that it was sent for.
    fn use_code(&mut self, key: &OrderKey, amount: Option<Fen>, code: &str) -> Result<(), Decline> {
        let sent =
            self.codes.iter_mut().rev().find(|sent| {
                !sent.used && sent.order == key.0 && sent.time == key.1 && sent.amount == amount
            });
        match sent {
            Some(sent) if sent.code == code => {
                sent.used = true;
                Ok(())
            }
            _ => Err(CODE_WRONG),
        }
    }

    /// Compares the holder and gives a token: the same again while the first one is good.
    pub(crate) fn open_token(
        &mut self,
        key: &OrderKey,
        holder: &Account,
        code: &str,
        now: Instant,
    ) -> Result<TokenData, Decline> {
        let account = self.accounts.get(&holder.card).ok_or(CARD_INVALID)?;
        let same = account.name == holder.name
            && account.id_number == holder.id_number
            && account.phone == holder.phone;
        if !same {
            return Err(HOLDER_DIFFERS);
        }
        self.use_code(key, None, code)?;
        let five_years = 5 * 365 * 86_400;
        let known = self.tokens.iter().find(|(_, token)| token.active && token.card == holder.card);
        if let Some((text, token)) = known {
            let first = token.last.plus_seconds(-five_years);
            return Ok(TokenData { token: text.clone(), first, last: token.last });
        }
        let text = format!("62{}", random::digits(17));
        let last = now.plus_seconds(five_years);
        self.tokens.insert(text.clone(), Token { card: holder.card.clone(), active: true, last });
        Ok(TokenData { token: text, first: now, last })
    }

    pub(crate) fn delete_token(&mut self, token: &str) -> Result<(), Decline> {
        let found = self.tokens.get_mut(token).filter(|token| token.active).ok_or(NO_TOKEN)?;
        found.active = false;
        Ok(())
    }

    fn card_of(&self, token: &str, now: Instant) -> Result<String, Decline> {
        let found = self.tokens.get(token).filter(|token| token.active).ok_or(NO_TOKEN)?;
        if now > found.last { Err(TOKEN_EXPIRED) } else { Ok(found.card.clone()) }
    }

    /// Takes money from the token's card. `end` is what the transaction ends in when it passes every check.
    pub(crate) fn consume(
        &mut self,
        ask: Ask,
        token: &str,
        code: &str,
        end: End,
        now: Instant,
    ) -> Result<Transaction, Decline> {
        if self.transactions.contains_key(&ask.key) {
            return Err(DUPLICATE);
        }
        let card = self.card_of(token, now)?;
        self.use_code(&ask.key, Some(ask.amount), code)?;
        let account = self.accounts.get_mut(&card).ok_or(CARD_INVALID)?;
        let rest = account.balance.minus(ask.amount).map_err(|_| MALFORMED)?;
        let end = if rest.is_negative() { End::Refused } else { end };
        if end.moves_money() {
            account.balance = rest;
        }
        self.record(Kind::Consume, ask, card, end, now)
    }

    /// Gives money back for the transaction `original`, at most what it took.
    pub(crate) fn refund(
        &mut self,
        ask: Ask,
        original: &str,
        end: End,
        now: Instant,
    ) -> Result<Transaction, Decline> {
        if self.transactions.contains_key(&ask.key) {
            return Err(DUPLICATE);
        }
        let paid = self
            .transactions
            .values_mut()
            .find(|paid| {
                paid.view.query_id == original && paid.view.kind == Kind::Consume && paid.view.code == "00"
            })
            .ok_or(ORIGINAL_STATE)?;
        let refunded = paid.view.refunded.plus(ask.amount).map_err(|_| MALFORMED)?;
        if refunded > paid.view.amount {
            return Err(ORIGINAL_DIFFERS);
        }
        let card = paid.card.clone();
        if end.moves_money() {
            paid.view.refunded = refunded;
            let account = self.accounts.get_mut(&card).ok_or(CARD_INVALID)?;
            account.balance = account.balance.plus(ask.amount).map_err(|_| MALFORMED)?;
        }
        self.record(Kind::Refund, ask, card, end, now)
    }

    fn record(
        &mut self,
        kind: Kind,
        ask: Ask,
        card: String,
        end: End,
        now: Instant,
    ) -> Result<Transaction, Decline> {
        self.sequence = self.sequence.wrapping_add(1);
        let (code, pending) = match end {
            End::Settled => ("00", None),
            End::Refused => ("64", None),
            End::SettledLater => ("05", Some((1, "00"))),
            End::RefusedLater => ("05", Some((1, "64"))),
        };
        let view = TransactionView {
            order: ask.key.0.clone(),
            time: ask.key.1.clone(),
            kind,
            amount: ask.amount,
            query_id: format!("{}{:07}", now.to_china_digits(), self.sequence),
            code,
            refunded: Fen::ZERO,
        };
        let transaction = Transaction { view, back_url: ask.back_url, pending, card };
        self.transactions.insert(ask.key, transaction.clone());
        if end == End::Refused { Err(INSUFFICIENT) } else { Ok(transaction) }
    }

    /// Answers one query of a transaction, which may be the one that settles it. The flag says that it was.
    pub(crate) fn query(&mut self, key: &OrderKey) -> Option<(Transaction, bool)> {
        let found = self.transactions.get_mut(key)?;
        let settles = match found.pending {
            Some((0, code)) => {
                found.pending = None;
                found.view.code = code;
                code == "00"
            }
            Some((left, code)) => {
                found.pending = Some((left.saturating_sub(1), code));
                false
            }
            None => false,
        };
        Some((found.clone(), settles))
    }
}

/// How a transaction that passes every check ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Settled,
    Refused,
    SettledLater,
    RefusedLater,
}

impl End {
    const fn moves_money(self) -> bool {
        matches!(self, Self::Settled | Self::SettledLater)
    }
}
