//! The connectors against stand-ins of the outside parties, over real HTTP on loopback.

#![expect(clippy::expect_used, clippy::panic, reason = "a helper that cannot do its work fails its test")]

mod faults;
mod notifications;
mod openssl;
mod operations;
mod secrets;
mod sms;
mod world;
