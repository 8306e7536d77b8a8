// Counts on what the server wrote: "4m ago", "in 30s". The server's clock counts, not this machine's.
const MINUTE = 60, HOUR = 3_600, DAY = 86_400;
const ZONE_COOKIE = "tocsin-zone";
const YEAR_S = 31_536_000;

let ahead = 0;
let words;

export function start() {
  words = document.getElementById("words")?.dataset;
  tellZone();
  if (!document.body.dataset.now) return;
  set(document.body.dataset.now);
  setInterval(() => document.hidden || tick(), 1_000);
}

/** Takes the server's time, in milliseconds. */
export function set(now) { ahead = Number(now) - Date.now(); }

/** Counts every moment on the page. */
export function tick() {
  const now = Date.now() + ahead;
  for (const element of document.querySelectorAll("time[data-counts]")) {
    const text = relative(Math.trunc((Date.parse(element.dateTime) - now) / 1_000));
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Writes a moment of this machine into the `time` elements of something. */
export function since(root, at) {
  for (const element of root.querySelectorAll("time")) element.dateTime = new Date(at + ahead).toISOString();
  tick();
}

function relative(seconds) {
  if (Math.abs(seconds) < 5) return words.now;
  return (seconds > 0 ? words.ahead : words.ago).replace("{}", rough(Math.abs(seconds)));
}

// As the server writes it: one unit for what is short or long, two in between.
function rough(s) {
  if (s < MINUTE) return `${s}s`;
  if (s < HOUR) return `${Math.trunc(s / MINUTE)}m`;
  if (s >= 14 * DAY) return `${Math.trunc(s / DAY)}d`;
  const [n, unit, rest, small] = s >= DAY
    ? [Math.trunc(s / DAY), "d", Math.trunc((s % DAY) / HOUR), "h"]
    : [Math.trunc(s / HOUR), "h", Math.trunc((s % HOUR) / MINUTE), "m"];
  return rest ? `${n}${unit} ${rest}${small}` : `${n}${unit}`;
}

// The next page is written in the zone of this browser.
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && zone !== document.documentElement.dataset.zone) {
    document.cookie = `${ZONE_COOKIE}=${zone}; path=/; max-age=${YEAR_S}; samesite=lax`;
  }
}
