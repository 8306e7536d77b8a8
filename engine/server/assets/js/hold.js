// Rows do not move while somebody points at them, so that nobody presses the wrong one: known rows are brought up to date
// in their places, and a button says how many changes wait.
//
// A list that keeps its order has an id and `data-hold`, the id of that button.

/** A list stands still for so long after the last movement of whoever points at it. */
export const ACTIVE_MS = 12_000;

let lastActive = 0;

/** @param {() => void} look fetches everything once more */
export function start(look) {
  for (const kind of ["pointermove", "pointerdown", "keydown"]) {
    document.addEventListener(kind, () => { lastActive = Date.now(); }, { passive: true });
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-pill]")) return;
    lastActive = 0;
    look();
  });
}

/** Orders the rows of what is to come as those that are there; says which buttons have to tell of how many changes. */
export function keepOrder(region, next) {
  const held = [];
  for (const list of [region, ...region.querySelectorAll("[data-hold]")].filter((list) => list.dataset.hold)) {
    const coming = next.id === list.id ? next : next.querySelector(`#${CSS.escape(list.id)}`);
    if (!coming || !isBusy(list)) continue;
    const rows = new Map([...coming.children].map((row) => [row.id, row]));
    const was = [...list.children].map((row) => row.id);
    if (was.join() === [...rows.keys()].join()) continue;
    const differ = was.filter((id) => !rows.has(id)).length + [...rows.keys()].filter((id) => !was.includes(id)).length;
    coming.replaceChildren(...[...list.children].map((row) => rows.get(row.id) ?? row.cloneNode(true)));
    held.push([list.dataset.hold, Math.max(differ, 1)]);
  }
  return held;
}

/** Shows the buttons. */
export function tell(held) {
  for (const [id, count] of held) {
    const button = document.getElementById(id);
    if (!button) continue;
    button.textContent = (count === 1 ? button.dataset.one : button.dataset.many).replace("{}", String(count));
    button.hidden = false;
  }
}

function isBusy(list) {
  const pointed = list.matches(":hover") && matchMedia("(hover: hover)").matches;
  return Date.now() - lastActive < ACTIVE_MS && (pointed || list.contains(document.activeElement));
}
