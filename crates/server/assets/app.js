// What pages do beyond their forms: keep the code fresh, receive pushed cards, keep the screen awake, serve the keyboard.
// Every element says by its data attributes what it wants. Without this script every form and link still works.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

// Pieces of the page

/** Puts `fresh` in the place of the element with the same id, without taking the focus away from the reader. */
function replace(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || old.outerHTML === fresh.outerHTML) return;
  const held = old.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = new Set(all("details[open] > summary", old).map((summary) => summary.textContent));
  const piece = document.importNode(fresh, true);
  old.replaceWith(piece);
  for (const summary of all("details > summary", piece)) {
    if (opened.has(summary.textContent)) summary.parentElement.open = true;
  }
  if (held) document.getElementById(held)?.focus();
  start(piece);
}

/** Takes the live pieces of a page that was fetched. That a code was used stays told until the reader wants a new one. */
function take(html, wantsCode) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const used = !wantsCode && one("#code-card .code-used");
  for (const piece of all("[data-live][id]", page)) {
    const within = piece.parentElement.closest("[data-live]");
    if (!within && !(used && piece.id === "code-card")) replace(piece);
  }
  return page;
}

/** Fetches the page again and takes its live pieces. True when that worked. */
async function lookAgain(wantsCode = false) {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) {
      location.assign(answer.url);
      return true;
    }
    if (!answer.ok) return false;
    take(await answer.text(), wantsCode === true);
    return true;
  } catch {
    return false;
  }
}

// The code and its minute

const counting = new WeakSet();

function countDown(line) {
  if (counting.has(line)) return;
  counting.add(line);
  const card = line.closest(".code-card");
  const seconds = one(".seconds", line);
  const trouble = one(".trouble", card);
  const end = performance.now() + Number(line.dataset.countdown) * 1000;
  let asking = false;
  const tick = async () => {
    if (!line.isConnected) return clearInterval(timer);
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    seconds.textContent = String(left);
    if (left > 0 || document.hidden || asking) return;
    asking = true;
    const renewed = await lookAgain();
    asking = false;
    if (!renewed && line.isConnected) {
      trouble.hidden = false;
      line.hidden = true;
      card.classList.add("expired");
    }
  };
  const timer = setInterval(tick, 1000);
}

// Push

let stream = null;

function listen() {
  const address = document.body.dataset.events;
  if (!address || stream || !("EventSource" in window)) return;
  stream = new EventSource(address);
  stream.addEventListener("fragment", (event) => {
    const page = new DOMParser().parseFromString(event.data, "text/html");
    for (const piece of [...page.body.children]) {
      if (document.getElementById(piece.id)) {
        replace(piece);
      } else if (piece.classList.contains("bill-card")) {
        one("#push")?.prepend(document.importNode(piece, true));
      } else {
        continue;
      }
      if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200);
    }
  });
  // What the page shows beyond the fragment, such as the state of a bill or a visit, is fetched.
  stream.addEventListener("changed", lookAgain);
}

function stopListening() {
  stream?.close();
  stream = null;
}

addEventListener("pagehide", stopListening);
addEventListener("pageshow", (event) => {
  listen();
  all("form[aria-busy]").forEach(release);
  if (event.persisted) lookAgain();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !document.body.dataset.events) return;
  lookAgain();
  stayAwake();
});

// A screen that stays awake while the code is shown

async function stayAwake() {
  if (!("wakeLock" in document.body.dataset) || !("wakeLock" in navigator)) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // The device saves power; the code is still shown.
  }
}

// Forms

function hold(form) {
  form.setAttribute("aria-busy", "true");
  // After the browser has read which button was pressed.
  setTimeout(() => all("button", form).forEach((button) => (button.disabled = true)));
}

function release(form) {
  form.removeAttribute("aria-busy");
  all("button", form).forEach((button) => (button.disabled = false));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("aria-busy")) {
    event.preventDefault();
    return;
  }
  if (!("enhance" in form.dataset)) {
    hold(form);
    return;
  }
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  hold(form);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) {
      location.assign(answer.url);
      return;
    }
    const page = take(await answer.text());
    if (!one("[data-live]", page)) throw new Error("another page");
    (one("[aria-invalid]") ?? one("[autofocus]") ?? one("[data-catalogue]"))?.focus();
  } catch {
    form.submit();
  } finally {
    release(form);
  }
});

// Keyboard of the terminal

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = one(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) {
    event.preventDefault();
    if (target.matches("input")) {
      target.focus();
      target.select();
    } else {
      target.click();
    }
    return;
  }
  // A scanner types wherever the focus is; digits that no field would take belong to the scan box.
  const free = !document.activeElement || document.activeElement === document.body || document.activeElement.id === "main";
  if (free && /^\d$/.test(event.key)) one("[data-scan]")?.focus();
});

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!("catalogue" in input.dataset)) return;
  const option = all("option", input.list).find((each) => each.value === input.value);
  const price = one('input[name="price"]', input.form);
  if (option?.dataset.price && price && !price.value) price.value = option.dataset.price;
  const quantity = one('input[name="quantity"]', input.form);
  // With a price of its own the quantity comes next; selecting moves the focus there.
  if (option && price?.value && quantity) quantity.select();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  const refresh = event.target.closest("[data-refresh]");
  if (refresh && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    lookAgain(true).then((renewed) => renewed || location.assign(refresh.href));
  }
});

// Start

/** Starts what the elements under `root` want. */
function start(root) {
  all("[data-countdown]", root).forEach(countDown);
  all("[data-print]", root).forEach((button) => (button.hidden = false));
  for (const line of all("[data-wait]", root)) {
    const button = document.getElementById(line.dataset.then);
    button.hidden = true;
    setTimeout(() => {
      button.hidden = false;
      line.remove();
    }, Number(line.dataset.wait) * 1000);
  }
}

start(document);
listen();
stayAwake();
if (document.body.dataset.lookAgain) {
  setInterval(() => document.hidden || lookAgain(), Number(document.body.dataset.lookAgain) * 1000);
}
