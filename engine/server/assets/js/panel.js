// Shows another page, or a form that belongs to a button, in front of this one. It is that very page, fetched: its
// address works by itself, and without scripts the link leads there.
//
// `a[data-panel]` opens at the side by the Enter key, `a[data-dialog]` and the buttons of `form[data-dialog]` in the middle.
import * as live from "./live.js";

const panel = () => /** @type {HTMLDialogElement} */ (document.getElementById("panel"));
const LINKED = ["for", "aria-labelledby", "aria-describedby", "headers", "list"];
let before;

export function start() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-panel], a[data-dialog]");
    const plain = !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0;
    if (!link || !plain || link.closest("#panel")) return;
    // A click with the pointer on the name of a thing goes to its page; by keys one reads along in the list.
    if ("panel" in link.dataset && event.detail !== 0) return;
    event.preventDefault();
    open(link.getAttribute("href"), "panel" in link.dataset);
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.matches("[data-dialog]")) return;
    event.preventDefault();
    const query = new URLSearchParams(new FormData(event.target, button));
    open(`${button.getAttribute("formaction") ?? event.target.getAttribute("action")}?${query}`, false);
  });
  panel().addEventListener("close", closed);
  panel().addEventListener("click", (event) => {
    if (event.target === panel() || event.target.closest("[data-close]")) panel().close();
  });
  addEventListener("popstate", () => panel().open && !history.state?.panel && panel().close());
}

/** Opens the page at this address, at the side or in the middle. */
export async function open(href, aside) {
  const answer = await fetch(href, { headers: { "x-tocsin-again": "1" } }).catch(() => undefined);
  if (!answer || live.isLogin(answer)) { location.assign(href); return; }
  const page = prepare(live.parse(await answer.text()));
  const main = page.querySelector("main");
  const body = panel().querySelector("[data-body]");
  if (!panel().open) before = document.activeElement;
  body.replaceChildren(...main.childNodes);
  panel().dataset.jsAside = aside ? "yes" : "no";
  panel().querySelector("[data-full]").href = href;
  const title = body.querySelector("h1");
  if (title) { title.id ||= "panel-title"; panel().setAttribute("aria-labelledby", title.id); }
  if (!panel().open) {
    panel().showModal();
    if (aside) history.pushState({ panel: true }, "", href);
  }
  const first = aside ? undefined : body.querySelector(":checked, input:not([type=hidden]), textarea");
  (first ?? panel().querySelector("[data-close]")).focus();
  live.addSource(panel(), href, prepare);
}

/** Whether this element is in the panel. */
export const holds = (element) => panel().contains(element);
export const root = () => panel();
export const close = () => panel().open && panel().close();

function closed() {
  live.dropSource(panel());
  panel().querySelector("[data-body]").replaceChildren();
  if (history.state?.panel) history.back();
  if (before?.isConnected) before.focus();
}

// Two pages in one document: the ids of the second one get a name of their own.
export function prepare(page) {
  for (const element of page.querySelectorAll("main [id]")) element.id = `p-${element.id}`;
  for (const name of LINKED) {
    for (const element of page.querySelectorAll(`main [${name}]`)) {
      const ids = element.getAttribute(name).split(" ").filter(Boolean);
      element.setAttribute(name, ids.map((id) => `p-${id}`).join(" "));
    }
  }
  for (const list of page.querySelectorAll("main [data-hold]")) list.dataset.hold = `p-${list.dataset.hold}`;
  for (const link of page.querySelectorAll('main a[href^="#"]')) link.setAttribute("href", `#p-${link.hash.slice(1)}`);
  return page;
}
