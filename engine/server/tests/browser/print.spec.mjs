// On paper: an alert and a host as documents, without what can only be pressed, and whole.
import { anAlert, expect, logIn, test } from "./house.mjs";

// A4 between usual margins, at 96 dots an inch.
const PAPER = { width: 718, height: 1_046 };

async function printsWhole(page, what) {
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  for (const gone of [".rail", ".bar", "form", ".toasts", "#live", ".acts", "dialog"]) {
    await expect(page.locator(gone).filter({ visible: true }), `${what}: ${gone}`).toHaveCount(0);
  }
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await page.evaluate(cut), `${what}: cut`).toEqual([]);
}

// Runs in the page: whatever holds more than it shows, or reaches over the edge of the paper.
function cut() {
  const found = [];
  for (const element of document.querySelectorAll("main, main *")) {
    if (!element.checkVisibility() || element.closest(".hidden, svg, progress, meter, select")) continue;
    const { overflowX, overflowY } = getComputedStyle(element);
    const wide = element.scrollWidth > element.clientWidth + 1 && overflowX !== "visible";
    const high = element.scrollHeight > element.clientHeight + 1 && overflowY !== "visible";
    const over = element.getBoundingClientRect().right > innerWidth + 1;
    if (wide || high || over) found.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`);
  }
  return found.slice(0, 6);
}

test("an alert prints as a document", async ({ page }) => {
  await logIn(page);
  await page.goto(await anAlert(page));
  await printsWhole(page, "an alert");
});

test("a host prints as a document", async ({ page }) => {
  await logIn(page);
  await anAlert(page);
  // A database host has all kinds of services, and one of them fails.
  await page.goto("/hosts?q=db1");
  await page.locator("#hosts a[data-main]").first().click();
  await expect(page.getByRole("heading", { name: "Services" })).toBeVisible();
  await printsWhole(page, "a host");
});
