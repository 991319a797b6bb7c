//! What every page needs besides its own content: language, appearance, the form token, the time.

use model::{Date, Fen, Instant, Rate};

use super::i18n::{Language, Text};
use super::{assets, format, icon};

/// The cookie in which the appearance is kept; its value is [`Appearance::to_cookie_value`].
pub const APPEARANCE_COOKIE: &str = "appearance";

/// Size of the text, as the share of the browser's own size. The names are those of the standard for accessible
/// apps (适老化通用设计规范, MIIT 2021), whose main text in elder mode is at least 18 dp and can reach 30 dp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextSize {
    /// 标准, 100 %.
    #[default]
    Standard,
    /// 大, 125 %.
    Large,
    /// 长辈版, 150 %, with fewer things on each page and larger targets.
    Elder,
    /// 特大, 187.5 %, otherwise as the elder version.
    Largest,
}

impl TextSize {
    /// Every size, the smallest first.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Large, Self::Elder, Self::Largest];

    /// The value of the form field, the cookie and the `data-text` attribute.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Large => "large",
            Self::Elder => "elder",
            Self::Largest => "largest",
        }
    }

    /// The size with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.code() == code)
    }

    /// Whether pages show the elder version.
    #[must_use]
    pub const fn is_elder(self) -> bool {
        matches!(self, Self::Elder | Self::Largest)
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Device,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, the default first.
    pub const ALL: [Self; 3] = [Self::Device, Self::Light, Self::Dark];

    /// The value of the form field, the cookie and the `data-theme` attribute.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// How the reader wants pages to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Appearance {
    /// Text size.
    pub text_size: TextSize,
    /// Theme.
    pub theme: Theme,
}

impl Appearance {
    /// Reads the cookie's value. What it does not know keeps its default.
    #[must_use]
    pub fn from_cookie_value(value: &str) -> Self {
        let (size, theme) = value.split_once('.').unwrap_or((value, ""));
        Self {
            text_size: TextSize::from_code(size).unwrap_or_default(),
            theme: Theme::from_code(theme).unwrap_or_default(),
        }
    }

    /// The cookie's value: `elder.dark`.
    #[must_use]
    pub fn to_cookie_value(self) -> String {
        format!("{}.{}", self.text_size.code(), self.theme.code())
    }
}

/// What a demonstration tells its visitors on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoNotice {
    /// The SMS code that was just sent to this visitor, who has no such phone.
    pub sms_code: Option<String>,
}

/// The frame of a page.
#[derive(Clone)]
pub struct Shell {
    /// Language of the texts.
    pub language: Language,
    /// Text size and theme.
    pub appearance: Appearance,
    /// The session's form token, hidden in every form as `csrf`.
    pub csrf: String,
    /// Path and query of this page, to which the language and text-size buttons return.
    pub path: String,
    /// Time at which the page is rendered.
    pub now: Instant,
    /// The notice that this is a demonstration with invented people; `None` everywhere else.
    pub demo: Option<DemoNotice>,
}

impl Shell {
    /// The frame of a text that is not a page: nobody is signed in, nothing can be sent.
    #[must_use]
    pub fn plain(language: Language, now: Instant) -> Self {
        Self {
            language,
            appearance: Appearance::default(),
            csrf: String::new(),
            path: "/".to_owned(),
            now,
            demo: None,
        }
    }

    /// The text with this key, in the language of the page.
    #[must_use]
    pub fn t(&self, key: &'static str) -> Text {
        self.language.text(key)
    }

    /// The URL of an asset.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::asset_url(name)
    }

    /// The SVG path of an icon.
    #[must_use]
    pub fn icon(&self, name: &str) -> &'static str {
        icon::path(name)
    }

    /// An amount with its unit.
    #[must_use]
    pub fn money(&self, amount: &Fen) -> String {
        format::money(*amount, self.language)
    }

    /// An amount for a table column, without unit.
    #[must_use]
    pub fn amount(&self, amount: &Fen) -> String {
        format::amount(*amount)
    }

    /// A share in percent.
    #[must_use]
    pub fn percent(&self, rate: &Rate) -> String {
        rate.to_percent()
    }

    /// A date.
    #[must_use]
    pub fn date(&self, date: &Date) -> String {
        format::date(*date, self.language)
    }

    /// The date in China of a point in time.
    #[must_use]
    pub fn day(&self, at: &Instant) -> String {
        format::date(at.date_in_china(), self.language)
    }

    /// A time of day in China.
    #[must_use]
    pub fn time(&self, at: &Instant) -> String {
        format::time(*at)
    }

    /// A date and time of day in China.
    #[must_use]
    pub fn date_time(&self, at: &Instant) -> String {
        format::date_time(*at, self.language)
    }

    /// A short form of a date for lists: the time today, else the date.
    #[must_use]
    pub fn when(&self, at: &Instant) -> String {
        if at.date_in_china() == self.now.date_in_china() {
            self.t("today-at").with("time", self.time(at)).to_string()
        } else {
            self.date(&at.date_in_china())
        }
    }

    /// Whether the page is the elder version.
    #[must_use]
    pub const fn is_elder(&self) -> bool {
        self.appearance.text_size.is_elder()
    }

    /// The other language, for the button that switches to it.
    #[must_use]
    pub const fn other_language(&self) -> Language {
        match self.language {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        }
    }

    /// The name of a text size.
    #[must_use]
    pub fn text_size_name(&self, size: &TextSize) -> Text {
        self.t(match size {
            TextSize::Standard => "text-size-standard",
            TextSize::Large => "text-size-large",
            TextSize::Elder => "text-size-elder",
            TextSize::Largest => "text-size-largest",
        })
    }

    /// The name of a theme.
    #[must_use]
    pub fn theme_name(&self, theme: &Theme) -> Text {
        self.t(match theme {
            Theme::Device => "theme-device",
            Theme::Light => "theme-light",
            Theme::Dark => "theme-dark",
        })
    }
}

/// The path to return to after `POST /appearance`: `wanted` if it is a path on this site, else the home page. An
/// absolute URL, `//host` or `/\host` would lead elsewhere.
#[must_use]
pub fn safe_return_path(wanted: &str) -> &str {
    let bytes = wanted.as_bytes();
    let local = bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\'));
    if local && bytes.iter().all(|b| b.is_ascii_graphic()) { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_appearance_round_trips_through_its_cookie() {
        for text_size in TextSize::ALL {
            for theme in Theme::ALL {
                let appearance = Appearance { text_size, theme };
                assert_eq!(Appearance::from_cookie_value(&appearance.to_cookie_value()), appearance);
            }
        }
        assert_eq!(Appearance::from_cookie_value("huge.neon"), Appearance::default());
        assert_eq!(Appearance::from_cookie_value(""), Appearance::default());
    }

    #[test]
    fn only_paths_on_this_site_are_returned_to() {
        assert_eq!(safe_return_path("/bills?tab=paid"), "/bills?tab=paid");
        for elsewhere in
            ["", "bills", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(safe_return_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
