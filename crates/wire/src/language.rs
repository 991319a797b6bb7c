//! The languages in which errors are told.

/// A language of error texts. Hospital systems are told in Chinese; English serves logs and foreign developers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}
