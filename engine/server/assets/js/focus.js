// The focus is never lost: where what had it goes away, it goes back to where it was before, or to the beginning of the
// content, so that nobody who uses keys or has the page read to them begins at its top again.

let last;

export function start() {
  document.addEventListener("focusin", ({ target }) => { if (!target.closest("#flash, dialog")) last = target; });
}

/** To be called before something is replaced; what it returns, after it. */
export function hold() {
  const had = document.activeElement;
  return () => {
    if (!had || had === document.body || document.activeElement !== document.body) return;
    const front = [...document.querySelectorAll("dialog[open]")].pop()?.querySelector("[data-close]");
    const goal = [had, front, last, document.getElementById("main")].find((it) => it?.isConnected);
    goal?.focus({ preventScroll: true });
  };
}
