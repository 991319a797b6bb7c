//! A browser with a screen of its own: what a person sees and does in it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::programs::{Driver, screenshot_folder, variable};

/// How long to wait for what must come. It is a bound for what is broken, far above what a loaded machine needs.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often to look whether it came.
const PERIOD: Duration = Duration::from_millis(50);

/// On what the pages are looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Device {
    /// A phone: 390 × 844 points, two pixels each.
    Phone,
    /// A screen at a desk: 1280 × 800.
    Desktop,
}

/// What somebody who reads the pages on a device prefers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) device: Device,
    /// Language of the browser, such as `zh-CN`.
    pub(crate) language: &'static str,
}

/// A browser without any history.
pub(crate) struct Browser {
    client: Client,
    session: String,
    port: u16,
    base: String,
}

impl Browser {
    /// Opens a browser for the pages below `base`.
    pub(crate) async fn open(driver: &Driver, base: &str, reader: Reader) -> Self {
        let wishes = capabilities(reader);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wishes)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("Chromium starts");
        let session = client.session_id().await.expect("an answer").expect("a session");
        Self { client, session, port: driver.port, base: base.to_owned() }
    }

    /// Opens the page at `path` and waits until it is there.
    pub(crate) async fn goto(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.expect("the page opens");
    }

    /// Goes back, as by the button of the browser.
    pub(crate) async fn back(&self) {
        self.client.back().await.expect("the page opens");
    }

    /// Waits until `look` sees something. Errors while looking are like not seeing it: the page may be changing.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        look: impl AsyncFn() -> Result<Option<T>, CmdError>,
    ) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let seen = look().await;
            match seen {
                Ok(Some(seen)) => return seen,
                Ok(None) | Err(_) if Instant::now() < end => tokio::time::sleep(PERIOD).await,
                Ok(None) => panic!("{what}: not to be seen on {}", self.describe().await),
                Err(error) => panic!("{what}: {error} on {}", self.describe().await),
            }
        }
    }

    async fn describe(&self) -> String {
        let page = self.run("return location.pathname + location.search + '\\n' + document.body.innerText");
        page.await.unwrap_or_default().as_str().unwrap_or("a page that does not answer").to_owned()
    }

    /// Runs a script in the page and returns what it returns.
    pub(crate) async fn run(&self, script: &str) -> Result<Value, CmdError> {
        self.client.execute(script, Vec::new()).await
    }

    /// Runs a script in the page on `arguments` and returns what it returns.
    pub(crate) async fn run_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value, CmdError> {
        self.client.execute(script, arguments).await
    }

    /// Waits until the page at `path` is there.
    pub(crate) async fn at(&self, path: &str) {
        self.until(&format!("the page {path}"), async || {
            let there = self.run("return [document.readyState, location.pathname]").await?;
            Ok((there == json!(["complete", path])).then_some(()))
        })
        .await;
    }

    /// Waits for a visible element.
    pub(crate) async fn find(&self, css: &str) -> Element {
        self.until(&format!("the element {css}"), async || {
            for element in self.client.find_all(Locator::Css(css)).await? {
                if element.is_displayed().await? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Whether an element is on the page now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.expect("a search").is_empty()
    }

    /// The text of an element, as it is read.
    pub(crate) async fn text(&self, css: &str) -> String {
        let element = self.find(css).await;
        readable(&element.text().await.expect("a text"))
    }

    /// Waits until the page, or its part `css`, says `text`.
    pub(crate) async fn shows(&self, css: &str, text: &str) {
        self.until(&format!("“{text}” in {css}"), async || {
            let mut found = false;
            for element in self.client.find_all(Locator::Css(css)).await? {
                found |= readable(&element.text().await?).contains(text);
            }
            Ok(found.then_some(()))
        })
        .await;
    }

    /// Presses a button or link, wherever it is on the page.
    pub(crate) async fn press(&self, css: &str) {
        let to_the_middle = format!("document.querySelector({css:?}).scrollIntoView({{ block: 'center' }})");
        self.until(&format!("pressing {css}"), async || {
            let element = self.find(css).await;
            // Out from under the bar at the bottom, as a thumb would scroll it.
            self.run(&to_the_middle).await?;
            element.click().await.map(Some)
        })
        .await;
    }

    /// Replaces what is in the input of this name.
    pub(crate) async fn fill(&self, name: &str, value: &str) {
        let input = self.find(&format!("[name='{name}']")).await;
        input.clear().await.expect("it can be cleared");
        input.send_keys(value).await.expect("it can be written in");
    }

    /// Types, wherever the focus is. A page with a field to begin with gives it the focus with its first picture, which may
    /// come after it has loaded.
    pub(crate) async fn type_keys(&self, keys: &str) {
        const GIVEN: &str =
            "return !document.querySelector('[autofocus]') || document.activeElement !== document.body";
        self.until(
            "the focus in a field",
            async || Ok((self.run(GIVEN).await? == json!(true)).then_some(())),
        )
        .await;
        let focused = self.client.active_element().await.expect("an element with the focus");
        focused.send_keys(keys).await.expect("it takes keys");
    }

    /// Presses one key, wherever the focus is.
    pub(crate) async fn key(&self, key: Key) {
        self.type_keys(&char::from(key).to_string()).await;
    }

    /// The SMS code that the demonstration shows in place of a phone.
    pub(crate) async fn sms_code(&self) -> String {
        self.until("the SMS code", async || {
            let notice = self.client.find(Locator::Css(".demo")).await?.text().await?;
            let digits: String = notice.chars().filter(char::is_ascii_digit).collect();
            Ok((digits.len() == 6).then_some(digits))
        })
        .await
    }

    /// Marks the page that is open now; a page that is loaded again has no mark.
    pub(crate) async fn mark(&self) {
        self.run("window.marked = true").await.expect("a page");
    }

    /// Whether the page is still the one that was marked.
    pub(crate) async fn is_marked(&self) -> bool {
        self.run("return window.marked === true").await.expect("a page") == json!(true)
    }

    /// A picture of what is on the screen.
    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a screenshot")
    }

    /// Writes a picture of what is on the screen as `name`, where pictures are wanted.
    pub(crate) async fn picture(&self, name: &str) {
        if let Some(folder) = screenshot_folder() {
            let picture = self.screenshot().await;
            std::fs::write(folder.join(format!("{name}.png")), picture).expect("the screenshot is written");
        }
    }

    /// Entries of one of the browser's logs since they were last asked for.
    async fn log(&self, kind: &str) -> Vec<Value> {
        let client = connectors::http::client(PATIENCE, PATIENCE).expect("an HTTP client");
        let url = format!("http://127.0.0.1:{}/session/{}/se/log", self.port, self.session);
        let answer = client.post(url).json(&json!({ "type": kind })).send().await.expect("an answer");
        let text = answer.text().await.expect("an answer");
        let mut answer: Value = serde_json::from_str(&text).expect("JSON");
        serde_json::from_value(answer["value"].take()).expect("a list")
    }

    /// Ends the browser, after checking what it wrote to its console and what it asked for: no error, no violation of the
    /// content security policy, and nothing from anybody else.
    pub(crate) async fn close(self) {
        let mut console = self.log("browser").await;
        // Advice to developers is neither error nor warning.
        console.retain(|entry| entry["level"] != json!("DEBUG") && entry["level"] != json!("INFO"));
        assert!(console.is_empty(), "the console says: {console:#?}");
        let requests = self.requests().await;
        assert!(requests.len() > 3, "the log of requests was kept: {requests:?}");
        let own = format!("{}/", self.base);
        for url in requests {
            assert!(url.starts_with(&own) || url.starts_with("data:"), "{url} was asked for");
        }
    }

    /// The addresses that the pages asked for.
    async fn requests(&self) -> Vec<String> {
        let mut requests = Vec::new();
        for entry in self.log("performance").await {
            let message: Value =
                serde_json::from_str(entry["message"].as_str().expect("a message")).expect("JSON");
            let message = &message["message"];
            if message["method"] == json!("Network.requestWillBeSent") {
                requests.push(message["params"]["request"]["url"].as_str().expect("a URL").to_owned());
            }
        }
        requests
    }
}

impl Drop for Browser {
    /// Ends Chromium, also when the test has failed: without this it would outlive chromedriver.
    fn drop(&mut self) {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.session
        );
        // Where it cannot be told, chromedriver is gone, and there is nobody to tell.
        let _ = stream.set_read_timeout(Some(PATIENCE));
        if stream.write_all(request.as_bytes()).is_ok() {
            let _ = stream.read(&mut [0; 64]);
        }
    }
}

/// Spaces that keep words together are spaces to a reader.
fn readable(text: &str) -> String {
    text.replace('\u{A0}', " ")
}

fn capabilities(reader: Reader) -> fantoccini::wd::Capabilities {
    let mut options = json!({
        "binary": variable("CHROMIUM_BIN"),
        // As root Chromium has no sandbox, and in a container there is little shared memory.
        "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"],
        "prefs": { "intl.accept_languages": reader.language },
    });
    let screen = match reader.device {
        Device::Phone => {
            json!({ "width": 390, "height": 844, "pixelRatio": 2, "touch": true, "mobile": true })
        }
        Device::Desktop => {
            json!({ "width": 1280, "height": 800, "pixelRatio": 1, "touch": false, "mobile": false })
        }
    };
    options["mobileEmulation"] = json!({ "deviceMetrics": screen });
    let wishes = json!({
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    });
    match wishes {
        Value::Object(wishes) => wishes,
        _ => panic!("an object"),
    }
}
