// Sends small forms without leaving the page: `form[data-stay]`. The answer is the page that the server would have
// shown; what differs is put in place, and what it says appears as a toast, with its undo.
import * as focus from "./focus.js";
import * as live from "./live.js";
import * as panel from "./panel.js";

const TOAST_MS = 12_000;
let leaving, plain;

export function start() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-stay]") || event.defaultPrevented || event.target === plain) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("click", pickRange);
  document.addEventListener("click", (event) => event.target.closest("#flash [data-close]") && clear());
  linger();
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const restore = focus.hold();
  if (button) button.disabled = true;
  let answer;
  try {
    answer = await fetch(form.getAttribute("action"), { method: "POST", body });
  } catch {
    // Nobody answers: the browser says so better than we could, and keeps what was typed.
    leave(form, button);
    return;
  }
  if (live.isLogin(answer)) { leave(form, button); return; }
  if (button) button.disabled = false;
  const page = live.parse(await answer.text());
  if (!answer.ok) { say(page.querySelector("[data-sentence]"), "warn"); restore(); return; }
  const flash = page.querySelector("#flash > *");
  document.querySelectorAll("form[data-reset]").forEach((picks) => picks.reset());
  const inPanel = panel.holds(form);
  // What was done in a dialog is seen behind it; a page at the side stays.
  const stays = inPanel && panel.root().dataset.jsAside === "yes";
  if (inPanel && !stays) panel.close();
  const here = new URL(answer.url);
  if (!stays && here.pathname + here.search === location.pathname + location.search) live.apply(document, page);
  else live.look();
  if (flash) say(flash);
  restore();
}

// As without scripts: the browser shows what comes.
function leave(form, button) {
  if (button) button.disabled = false;
  plain = form;
  form.requestSubmit(button);
}

// Says it in the one place that is read aloud.
function say(node, tone) {
  const place = document.getElementById("flash");
  if (!node) return;
  const said = node.matches(".flash") ? node : wrap(node, tone);
  place.replaceChildren(said);
  // Where a page lies in front of everything, so must what is said.
  if (panel.root().open) panel.root().append(place);
  linger();
}

function wrap(sentence, tone) {
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.classList.add(tone);
  toast.querySelector("p").textContent = sentence.textContent;
  return toast;
}

function clear() { document.getElementById("flash").replaceChildren(); }

// It goes by itself, but not from under a pointer or out of a focus.
function linger() {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    const place = document.getElementById("flash");
    if (place.matches(":hover") || place.contains(document.activeElement)) linger();
    else clear();
  }, TOAST_MS);
}

// With the shift key, everything between the last box and this one.
let lastBox;
function pickRange(event) {
  const box = event.target.closest?.("[data-pick]");
  if (!box) return;
  const boxes = [...document.querySelectorAll("[data-pick]")];
  const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
  lastBox = box;
}
