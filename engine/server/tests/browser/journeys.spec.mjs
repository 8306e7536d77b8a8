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
