// Keeps what is shown true: hears from the server that something changed, fetches the page again and changes what
// differs. What was missed does not matter: after every reconnection everything is looked at once.
//
// A region is an element with an id and `data-live`, the topics it depends on. `data-every` has it looked at again after
// so many seconds in any case; one with `data-lazy` is content to wait for that or for others.
import * as focus from "./focus.js";
import * as hold from "./hold.js";
import { morph } from "./morph.js";
import * as time from "./time.js";

const GATHER_MS = 200;
// After a look the page rests so many times as long as the look took, so that a busy server is not made busier.
const REST = 5;
const REST_AT_LEAST_MS = 800;
const LAZY_MS = 30_000;
// Without the stream everything is looked at so often, and called stale after a while.
const POLL_MS = 30_000;
const STALE_MS = 45_000;

const sources = new Map();
const versions = new Map();
const changed = new Set();
let stream, timer, resting = 0, lastLook = Date.now();

export function start() {
  sources.set(document, { href: location.pathname + location.search, prepare: (page) => page });
  for (const line of document.body.dataset.versions.split(", ")) versions.set(...line.split(" "));
  hold.start(look);
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : (connect(), look())));
  addEventListener("pageshow", (event) => event.persisted && look());
  setInterval(watch, 1_000);
  connect();
}

/** Adds something that was fetched from elsewhere, such as a panel; `prepare` is done to each page fetched for it. */
export function addSource(root, href, prepare) { sources.set(root, { href, prepare }); }
export function dropSource(root) { sources.delete(root); }

function connect() {
  if (stream || document.hidden) return;
  stream = new EventSource("/live");
  stream.onmessage = (event) => {
    say("on");
    hear(event.data);
  };
  stream.onerror = () => {
    say("again");
    // Not one that tries again: no session any more, or too many pages. The next look will tell.
    if (stream?.readyState === EventSource.CLOSED) { disconnect(); setTimeout(connect, POLL_MS); look(); }
  };
}

function disconnect() { stream?.close(); stream = undefined; }

function hear(lines) {
  for (const line of lines.split("\n")) {
    const [topic, version] = line.split(" ");
    if (versions.get(topic) !== version) changed.add(topic);
    versions.set(topic, version);
  }
  if (changed.size) soon(eager().some((region) => concerns(region)) ? GATHER_MS : LAZY_MS);
}

const regions = (root) => [...root.querySelectorAll("[data-live]")].filter((region) => root !== document || !region.closest("#panel"));
const all = () => [...sources.keys()].flatMap(regions);
const eager = () => all().filter((region) => !("lazy" in region.dataset));
const concerns = (region) => region.dataset.live.split(" ").some((topic) => changed.has(topic));

function soon(wait) {
  const at = Math.max(Date.now() + wait, resting);
  if (timer && timer.at <= at) return;
  clearTimeout(timer?.id);
  timer = { at, id: setTimeout(look, at - Date.now()) };
}

/** Looks at everything once more, now. */
export async function look() {
  clearTimeout(timer?.id);
  timer = undefined;
  changed.clear();
  const begun = Date.now();
  // Until it is known how long this look takes, nobody begins another one.
  resting = begun + 10_000;
  await Promise.all([...sources].map(([root, source]) => lookAt(root, source)));
  resting = Date.now() + Math.max(REST_AT_LEAST_MS, REST * (Date.now() - begun));
  if (changed.size) soon(GATHER_MS);
}

async function lookAt(root, { href, prepare }) {
  const asked = regions(root);
  if (!asked.length) return;
  try {
    const answer = await fetch(href, { headers: { "x-tocsin-again": "1" } });
    if (isLogin(answer)) return say("out");
    if (!answer.ok) return;
    apply(root, prepare(parse(await answer.text())));
    lastLook = Date.now();
    if (stream?.readyState === EventSource.OPEN) say("on");
  } catch {
    say("again");
  }
}

/** Puts a page that was fetched into what is shown. */
export function apply(root, page) {
  const restore = focus.hold();
  if (root === document) {
    if (page.title) document.title = page.title;
    if (page.body.dataset.now) time.set(page.body.dataset.now);
  }
  for (const region of regions(root)) {
    const next = page.getElementById(region.id);
    if (!next) continue;
    const held = hold.keepOrder(region, next);
    morph(region, next);
    hold.tell(held);
    if (held.length) soon(hold.ACTIVE_MS);
  }
  restore();
  time.tick();
  document.dispatchEvent(new Event("tocsin:changed"));
}

function watch() {
  const age = Date.now() - lastLook;
  const every = Math.min(...eager().map((region) => Number(region.dataset.every ?? Infinity) * 1_000));
  const connected = stream?.readyState === EventSource.OPEN;
  if (!document.hidden && (age > every || (!connected && age > POLL_MS)) && Date.now() > resting) look();
  if (!connected && age > STALE_MS && state().dataset.state !== "out") say("stale");
}

const state = () => document.getElementById("live");

function say(word) {
  if (state().dataset.state !== word) state().dataset.state = word;
  if (word === "stale") time.since(state(), lastLook);
}

export const parse = (text) => new DOMParser().parseFromString(text, "text/html");
export const isLogin = (answer) => answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/login");
