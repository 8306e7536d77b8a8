// Everything by its name: hosts, services, pages and what can be done, ranked by the server as one types. Without scripts
// the same list is a page with a search field.
import { parse } from "./live.js";

const PAUSE_MS = 90;
let dialog, box, list, timer, asked = 0;

export function start() {
  dialog = document.getElementById("palette");
  box = dialog.querySelector("input");
  list = dialog.querySelector("[data-found]");
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]")) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("click", (event) => (event.target === dialog || event.target.closest("a")) && dialog.close());
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  box.addEventListener("keydown", (event) => {
    const rows = options();
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark(rows, Math.min(at + 1, rows.length - 1));
    else if (event.key === "ArrowUp") mark(rows, Math.max(at - 1, 0));
    else if (event.key === "Enter") rows[Math.max(at, 0)]?.click();
    else return;
    event.preventDefault();
  });
}

function open() {
  box.value = "";
  if (!dialog.open) dialog.showModal();
  box.focus();
  ask();
}

const options = () => [...list.querySelectorAll("[role=option]")];

function mark(rows, at) {
  rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
  rows[at]?.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", rows[at]?.id ?? "");
}

async function ask() {
  const turn = ++asked;
  const answer = await fetch(`/find?${new URLSearchParams({ q: box.value })}`, { headers: { "x-tocsin-again": "1" } }).catch(() => undefined);
  if (!answer?.ok) return;
  const found = parse(await answer.text()).querySelector("main [data-found]");
  // An answer that was overtaken by the next one.
  if (turn !== asked || !found) return;
  list.replaceChildren(...found.childNodes);
  list.setAttribute("role", "listbox");
  [...list.querySelectorAll("a")].forEach((link, n) => {
    link.closest("li").setAttribute("role", "none");
    link.setAttribute("role", "option");
    link.id = `option-${n}`;
    link.tabIndex = -1;
  });
  mark(options(), 0);
}
