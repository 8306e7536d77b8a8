// Everything without a mouse, from the table that is shown under `?`; and the focus is somewhere all the time.
import { anAlert, expect, logIn, test } from "./house.mjs";
import { readable } from "./look.mjs";

/** Presses keys one after the other; after each the focus is on something that is there. */
async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await hasFocus(page, key);
  }
}

const hasFocus = (page, what) =>
  expect.poll(() => page.evaluate(() => document.activeElement !== document.body), `the focus after ${what}`).toBe(true);

test("an operator reads, acknowledges and undoes by keys alone", async ({ page }) => {
  await logIn(page);
  await anAlert(page);
  await page.goto("/?show=firing");
  await press(page, "j");
  await expect(page.locator("[data-main]:focus")).toHaveCount(1);
  const alert = await page.locator("[data-main]:focus").getAttribute("href");
  await press(page, "Enter");
  await expect(page.locator("#panel")).toBeVisible();
  await expect(page.locator("#panel h1")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${alert}$`));
  await press(page, "Escape");
  await expect(page.locator("#panel")).toBeHidden();
  await expect(page).toHaveURL(/show=firing/);
  await expect(page.locator(`[data-main][href="${alert}"]`), "back on the row").toBeFocused();
  await press(page, "a");
  await expect(page.locator("#flash")).toContainText("Acknowledged until recovery");
  await hasFocus(page, "the row has gone to the acknowledged ones");
  await page.locator("#flash").getByRole("button", { name: "Undo" }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Not acknowledged any more");
  await hasFocus(page, "the undo");
});

test("the list is walked down and up, and a row opened in full", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts");
  const rows = page.locator("#hosts [data-main]");
  await press(page, "j", "j", "j", "k");
  await expect(rows.nth(1)).toBeFocused();
  const host = await rows.nth(1).getAttribute("href");
  await page.keyboard.press("o");
  await expect(page).toHaveURL(new RegExp(`${host}$`));
});

test("an alert's page is worked on by keys: acknowledged with a note, taken back, the host silenced", async ({ page }) => {
  await logIn(page);
  await page.goto(await anAlert(page, "data"));
  const main = page.locator("main");
  await main.getByLabel(/note/i).focus();
  await page.keyboard.type("a bigger disk is on its way");
  await press(page, "Tab", "Enter");
  await expect(main).toContainText("demo is on it");
  await hasFocus(page, "the form has gone");
  await main.getByRole("button", { name: "Take back" }).press("Enter");
  await expect(main.getByRole("button", { name: "Acknowledge", exact: true })).toBeVisible();
  await hasFocus(page, "it was taken back");
  await press(page, "s");
  await expect(page.locator("#panel")).toContainText("Holds back everything about this host");
  await press(page, "ArrowRight");
  await page.locator("#panel").getByRole("button", { name: "Silence", exact: true }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Silenced db1.");
  await hasFocus(page, "the dialog has closed");
  await page.locator("#flash").getByRole("button", { name: "Undo" }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Taken back");
  await hasFocus(page, "the undo");
});

test("hosts are picked and silenced together, and that is undone at once", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts?q=state%3Ahealthy");
  await press(page, "j", "x", "j", "x");
  await expect(page.locator("#hosts :checked")).toHaveCount(2);
  await press(page, "s");
  await expect(page.locator("#panel")).toContainText("Silence 2 hosts");
  await page.locator("#panel").getByRole("button", { name: "Silence", exact: true }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Silenced 2 hosts for 1h");
  await expect(page.locator("#hosts :checked")).toHaveCount(0);
  await hasFocus(page, "the dialog has closed");
  await page.locator("#flash").getByRole("button", { name: "Undo" }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Taken back");
  await hasFocus(page, "the undo");
});

test("a downtime begins by keys, and is undone", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts?q=state%3Ahealthy");
  await press(page, "j", "x", "d");
  await expect(page.locator("#panel")).toContainText("Downtime of");
  await page.getByLabel("What is done").focus();
  await page.keyboard.type("a new kernel");
  await press(page, "Enter");
  await expect(page.locator("#flash")).toContainText("nothing about it is sent");
  await hasFocus(page, "the dialog has closed");
  await page.locator("#flash").getByRole("button", { name: "Undo" }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Taken back");
});

test("things are found by name, and every page by two keys", async ({ page }) => {
  await logIn(page);
  await press(page, "Control+k");
  await page.keyboard.type("db3");
  await expect(page.locator("#palette [role=option]").first()).toContainText("db3.");
  await press(page, "ArrowDown", "ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/hosts\/\d+/);
  await expect(page.locator("#live")).toHaveAttribute("data-state", "on");
  const pages = await page.locator("#keys [data-goes]").evaluateAll((rows) => rows.map((row) => [row.dataset.keys, row.dataset.goes]));
  expect(pages.length).toBe(9);
  for (const [keys, goes] of pages) {
    for (const key of keys.split(" ")) await page.keyboard.press(key);
    await expect(page.locator(`#menu a[aria-current][href="${goes}"]`), keys).toBeVisible();
    // Keys work once the scripts do.
    await expect(page.locator("#live")).toHaveAttribute("data-state", "on");
  }
});

test("keys rest while somebody types, and can be switched off and on", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts");
  await press(page, "/");
  await page.keyboard.type("g n ?");
  await expect(page.locator("#q")).toHaveValue("g n ?");
  await page.goto("/hosts");
  await press(page, "j", "?");
  await page.getByRole("button", { name: "Switch single keys off" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-keys", "off");
  await page.keyboard.press("?");
  await expect(page.locator("#keys")).toBeHidden();
  await page.locator("[data-help]").click();
  await page.getByRole("button", { name: "Switch single keys on" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-keys");
});

test("what lies in front of a page is readable, and gives the focus back", async ({ page }) => {
  await logIn(page);
  await anAlert(page);
  const opened = { "#keys": "?", "#palette": "Control+k", "#panel": "s" };
  await press(page, "j");
  const row = await page.locator("[data-main]:focus").getAttribute("href");
  for (const [dialog, key] of Object.entries(opened)) {
    await press(page, key);
    await expect(page.locator(dialog)).toBeVisible();
    await readable(page, dialog, { within: dialog });
    await press(page, "Escape");
    await expect(page.locator(dialog)).toBeHidden();
    await expect(page.locator(`[data-main][href="${row}"]`), `after ${dialog}`).toBeFocused();
  }
});
