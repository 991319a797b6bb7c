//! The story in a real Chromium: two screens, an insured person's phone and a hospital's desk, and `yibao demo` between them.
//!
//! With `SCREENSHOT_DIR` set, the pages are also written there as pictures, to be looked at.

#![expect(clippy::expect_used, clippy::panic, reason = "a helper that cannot do its work fails its test")]

mod appearance;
mod browser;
mod desk;
mod keyboard;
mod phone;
mod programs;
mod story;
mod without_script;
