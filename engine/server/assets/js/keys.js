// Single keys, from the table that the page itself shows under `?`: each row says its keys and what they do, so nothing
// works that is not written there. They rest while somebody types, and can be switched off.
import * as panel from "./panel.js";

const SEQUENCE_MS = 1_200;
let first = "", since = 0;

const table = () => document.getElementById("keys");
const top = () => [...document.querySelectorAll("dialog[open]")].pop() ?? document.querySelector("main");

export function start() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") return press(event, find("Control+k"));
    if (event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys === "off") return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    const keys = Date.now() - since < SEQUENCE_MS && first ? `${first} ${event.key}` : event.key;
    const row = find(keys) ?? find(event.key);
    first = event.key;
    since = Date.now();
    if (row) press(event, row);
  });
  document.addEventListener("click", (event) => event.target.closest("[data-help]") && does.help());
}

const find = (keys) => [...table().querySelectorAll("[data-keys]")].find((row) => row.dataset.keys.split(", ").includes(keys));

function press(event, row) {
  if (!row) return;
  if (row.dataset.goes) location.assign(row.dataset.goes);
  else if (does[row.dataset.does]() === false) return;
  first = "";
  event.preventDefault();
}

// False: there is nothing here for this key.
const does = {
  next: () => step(1),
  previous: () => step(-1),
  full: () => click(current()?.querySelector("[data-main]"), (link) => location.assign(link.href)),
  pick: () => click(current()?.querySelector("[data-pick]")),
  acknowledge: () => act("acknowledge"),
  silence: () => act("silence"),
  downtime: () => act("downtime"),
  filter: () => click(document.querySelector("main [type=search]"), (box) => { box.focus(); box.select(); }),
  palette: () => click(document.querySelector("[data-palette]")),
  help: () => table().open ? table().close() : table().showModal(),
  close: () => (panel.root().open ? panel.close() : false),
};

function click(element, how = (it) => it.click()) {
  if (!element) return false;
  how(element);
}

const rows = () => [...top().querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
const current = () => rows().find((row) => row.contains(document.activeElement));

// From where the focus is, or was.
let place = -1;
function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  place = Math.min(Math.max((at < 0 ? place : at) + by, 0), all.length - 1);
  const goal = all[place].querySelector("[data-main]");
  goal?.focus();
  all[place].scrollIntoView({ block: "nearest" });
}

// On what is picked, on the row with the focus, or on what the page is about.
function act(what) {
  const on = (root) => root?.querySelector(`[data-do="${what}"]`);
  const picked = document.querySelector("[data-pick]:checked") && on(document.querySelector("[data-picked]"));
  const outside = [...top().querySelectorAll(`[data-do="${what}"]`)].find((it) => !it.closest("[data-row], [data-picked]"));
  return click(picked || on(current()) || on(current()?.closest("[data-group]")) || outside);
}
