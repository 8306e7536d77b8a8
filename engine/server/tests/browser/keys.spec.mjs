// Everything without a mouse, from the table that is shown under `?`.
import { AxeBuilder } from "@axe-core/playwright";
import { anAlert, expect, logIn, test } from "./house.mjs";

test("an operator reads, acknowledges and undoes by keys alone", async ({ page }) => {
  await logIn(page);
  await anAlert(page);
  await page.goto("/?show=firing");
  await page.keyboard.press("j");
  await expect(page.locator("[data-main]:focus")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page.locator("#panel")).toBeVisible();
  await expect(page.locator("#panel h1")).toBeVisible();
  await expect(page).toHaveURL(/\/alerts\//);
  await page.keyboard.press("Escape");
  await expect(page.locator("#panel")).toBeHidden();
  await expect(page).toHaveURL(/show=firing/);
  await page.keyboard.press("a");
  await expect(page.locator("#flash")).toContainText("Acknowledged until recovery");
  await page.locator("#flash").getByRole("button", { name: "Undo" }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Not acknowledged any more");
});

test("hosts are picked and silenced together, and that is undone at once", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts?q=state%3Ahealthy");
  for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
  await expect(page.locator("#hosts :checked")).toHaveCount(2);
  await page.keyboard.press("s");
  await expect(page.locator("#panel")).toContainText("Silence 2 hosts");
  await page.locator("#panel").getByRole("button", { name: "Silence", exact: true }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Silenced 2 hosts for 1h");
  await expect(page.locator("#hosts :checked")).toHaveCount(0);
  await page.locator("#flash").getByRole("button", { name: "Undo" }).press("Enter");
  await expect(page.locator("#flash")).toContainText("Taken back");
});

test("things are found by name, and pages by two keys", async ({ page }) => {
  await logIn(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("db3");
  await expect(page.locator("#palette [role=option]").first()).toContainText("db3.");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/hosts\/\d+/);
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await expect(page).toHaveURL(/\/dashboards$/);
});

test("keys rest while somebody types, and can be switched off", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts");
  await page.keyboard.press("/");
  await page.keyboard.type("g n ?");
  await expect(page.locator("#q")).toHaveValue("g n ?");
  await page.goto("/hosts");
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Switch single keys off" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-keys", "off");
  await page.keyboard.press("?");
  await expect(page.locator("#keys")).toBeHidden();
});

for (const colorScheme of ["light", "dark"]) {
  test(`what lies in front of a page is accessible in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await logIn(page);
    await anAlert(page);
    await page.goto("/");
    const opened = { "#keys": ["?"], "#palette": ["Control+k"], "#panel": ["j", "s"] };
    for (const [dialog, keys] of Object.entries(opened)) {
      for (const key of keys) await page.keyboard.press(key);
      await expect(page.locator(dialog)).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).include(dialog).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" "))}`), dialog).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.locator(dialog)).toBeHidden();
    }
  });
}
