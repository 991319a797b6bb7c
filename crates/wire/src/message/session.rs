//! 9001 签到 and 9002 签退.

use model::{Date, Instant};

use super::record::{record, single_node};

record! {
    /// Request of 9001: a clerk begins work.
    pub struct SignIn {
        /// Number of the clerk (`opter_no`).
        operator: String = "opter_no",
        /// Hardware address of the clerk's machine (`mac`).
        mac: String = "mac",
        /// Network address of it (`ip`).
        ip: String = "ip",
    }

    /// Reply of 9001.
    pub struct SignInReply {
        /// Day of signing in (`sign_time`).
        signed_in: Date = "sign_time",
        /// Number to put into the envelope of later calls (`sign_no`).
        sign_no: String = "sign_no",
    }

    /// Request of 9002: a clerk ends work.
    pub struct SignOut {
        /// Number from signing in (`sign_no`).
        sign_no: String = "sign_no",
        /// Number of the clerk (`opter_no`).
        operator: String = "opter_no",
    }

    /// Reply of 9002. Its node has the name of its only member.
    pub struct SignOutReply {
        /// Day of signing out (`sign_time`).
        signed_out: Date = "sign_time",
    }
}

single_node!(SignIn = "signIn", SignInReply = "signinoutb", SignOut = "signOut", SignOutReply = "sign_time");

impl SignInReply {
    /// The reply to a sign-in at `at`.
    #[must_use]
    pub fn new(at: Instant, sign_no: String) -> Self {
        Self { signed_in: at.date_in_china(), sign_no }
    }
}

impl SignOutReply {
    /// The reply to a sign-out at `at`.
    #[must_use]
    pub fn new(at: Instant) -> Self {
        Self { signed_out: at.date_in_china() }
    }
}
