// What operators do all day, without a line of script in the browser.
import { anAlert, expect, logIn, test } from "./house.mjs";

test.use({ javaScriptEnabled: false });

test("an operator acknowledges an alert and takes it back", async ({ page }) => {
  await logIn(page);
  await page.goto(await anAlert(page));
  await page.getByLabel(/note/i).first().fill("looking into it");
  await page.getByRole("button", { name: "Acknowledge", exact: true }).first().click();
  await expect(page.getByText("looking into it").first()).toBeVisible();
  await page.getByRole("button", { name: /take .*back|un-?acknowledge|release/i }).first().click();
  await expect(page.getByRole("button", { name: "Acknowledge", exact: true }).first()).toBeVisible();
});

test("a receiver is refused with its reasons beside the field, then kept and tested", async ({ page }) => {
  await logIn(page);
  await page.goto("/receivers/new/webhook");
  await page.locator("#name").fill("from the browser");
  const url = page.locator('input[name$="url"]').first();
  await url.fill("not a url");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("main")).toContainText(/http/i);
  await expect(page.locator("#name")).toHaveValue("from the browser");
  await url.fill("http://127.0.0.1:9/hook");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("main")).toContainText("Let this receiver reach private addresses if that is meant");
  await page.getByLabel("May reach private addresses").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/receivers");
  await page.getByRole("link", { name: "from the browser" }).first().click();
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(page).toHaveURL(/\/deliveries\//);
});

test("a stranger sees nothing but the login", async ({ page }) => {
  for (const path of ["/", "/hosts", "/receivers", "/settings"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/login/);
  }
});

test("several hosts are silenced without a script, and that is undone", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts?q=state%3Ahealthy");
  for (const n of [0, 1]) await page.locator("#hosts [data-pick]").nth(n).check();
  await page.locator("#pick").getByRole("button", { name: "Silence" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Silence 2 hosts");
  await page.getByRole("button", { name: "Silence", exact: true }).click();
  await expect(page.getByText("Silenced 2 hosts for 1h")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Taken back")).toBeVisible();
});
