//! 6301 医保订单结算结果查询.

use model::{Fen, Instant, InstitutionCode, OrderId};

use super::code::OrderStatus;
use super::record::{record, single_node};
use crate::Personal;

record! {
    /// Request of 6301: how far the order for a settlement has come. The members are in camel case.
    pub struct OrderQuery {
        /// The order (`payOrdId`).
        order: OrderId = "payOrdId",
        /// Institution (`orgCodg`).
        institution: InstitutionCode = "orgCodg",
        /// Token of an online order (`payToken`); a settlement at the window has none.
        token: Option<Personal> = "payToken",
        /// Number of the person's identity document (`idNo`).
        document_number: Option<Personal> = "idNo",
        /// Name of the person (`userName`).
        name: Option<Personal> = "userName",
        /// Kind of identity document (`idType`).
        document_type: Option<String> = "idType",
    }

    /// Reply of 6301.
    pub struct OrderReply {
        /// How far it has come (`ordStas`).
        status: OrderStatus = "ordStas",
        /// The order (`payOrdId`).
        order: OrderId = "payOrdId",
        /// What the result was told for (`callType`): 2 a payment that succeeded.
        call_type: String = "callType",
        /// The institution's number of the order (`medOrgOrd`).
        institution_order: String = "medOrgOrd",
        /// When it came to this status (`traceTime`).
        at: Instant = "traceTime",
        /// Institution (`orgCodg`).
        institution: InstitutionCode = "orgCodg",
        /// Its name (`orgName`).
        institution_name: String = "orgName",
        /// What the order covers (`setlType`): ALL, CASH or HI.
        covers: String = "setlType",
        /// Total of the bill (`feeSumamt`).
        total: Fen = "feeSumamt",
        /// Cash share (`ownPayAmt`).
        cash: Fen = "ownPayAmt",
        /// Share of the personal account (`psnAcctPay`).
        account_paid: Fen = "psnAcctPay",
        /// Share of the funds (`fundPay`).
        fund_total: Fen = "fundPay",
        /// What allows the hospital to undo the insurer's part after a failure of its own (`revsToken`).
        reversal_token: Personal = "revsToken",
    }
}

single_node!(OrderQuery = "data", OrderReply = "data");
