//! Getting in and out: one-time codes by SMS, sessions, the home page, and what anyone may read or set.

pub mod api;
pub mod budget;
pub mod pages;
pub mod service;
