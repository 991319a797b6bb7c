//! Activating the credential, showing its code, its PIN, the bank account, and withdrawing the authorisation.

mod activation;
mod card;
mod code;
mod privacy;
mod withdrawal;
