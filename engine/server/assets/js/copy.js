// Copies what a page gives to be pasted elsewhere: `button[data-copy]` names its element. Without scripts one click on the
// text selects all of it, and the button is not there.
const SAID_MS = 2_000;

export function start() {
  show();
  document.addEventListener("tocsin:changed", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}

function show() { for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false; }

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(source);
  // Over plain http, as within a network of one's own, browsers have no clipboard for pages; the old way goes there too.
  if (navigator.clipboard) await navigator.clipboard.writeText(source.textContent);
  else document.execCommand("copy");
  const word = button.textContent;
  if (word === button.dataset.done) return;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = word; }, SAID_MS);
}
