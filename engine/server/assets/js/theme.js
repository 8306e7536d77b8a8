// Pins the theme at once, without a new page; the form tells the server, which writes it into every page from then on.
export function start() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-look]") || event.submitter?.name !== "theme") return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const button of event.target.querySelectorAll("[name=theme]")) {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    }
    fetch("/look", { method: "POST", body: new URLSearchParams({ theme }) });
  });
}
