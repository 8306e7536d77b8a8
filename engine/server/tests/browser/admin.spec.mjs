// What an admin sets up: a practice alarm, the second factor; and silences that stay true while somebody looks at them.
import { createHmac } from "node:crypto";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, logIn, test } from "./house.mjs";

test("a practice alarm takes the real way while one looks at it, and is cleared away", async ({ page }) => {
  await logIn(page);
  await page.goto("/practice");
  await page.getByRole("button", { name: "Raise the practice alarm" }).click();
  await expect(page.locator(".stations")).toContainText("It arrived: done");
  await page.getByRole("button", { name: "Let it recover" }).click();
  await expect(page.locator(".stations")).toContainText("Recovery to");
  expect((await new AxeBuilder({ page }).analyze()).violations.map((violation) => violation.id)).toEqual([]);
  await page.getByRole("button", { name: "It arrived; clear it away" }).click();
  await page.goto("/practice");
  await expect(page.getByRole("button", { name: "Raise the practice alarm" })).toBeVisible();
});

test("an authenticator is set up, asked for at the next login, and turned off", async ({ page, browser, baseURL }) => {
  await logIn(page);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByRole("img", { name: /as a picture/ })).toBeVisible();
  await page.getByText("It cannot be scanned").click();
  const secret = await page.locator("code.code").first().innerText();
  expect((await new AxeBuilder({ page }).analyze()).violations.map((violation) => violation.id)).toEqual([]);
  await page.getByLabel("Code").fill(code(secret));
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The authenticator is on");
  const spare = await page.locator(".codes code").first().innerText();

  const phone = await (await browser.newContext({ baseURL })).newPage();
  await phone.goto("/login");
  await phone.getByLabel("Name").fill("demo");
  await phone.getByLabel("Password").fill("demo-only-on-this-machine");
  await phone.getByRole("button", { name: "Log in" }).click();
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("One more step");
  expect((await new AxeBuilder({ page: phone }).analyze()).violations.map((violation) => violation.id)).toEqual([]);
  await phone.getByLabel("Code").fill(spare);
  await phone.getByRole("button", { name: "Log in" }).click();
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Now");
  await phone.context().close();

  await page.goto("/settings");
  await page.locator("summary", { hasText: /turn .*off/i }).click();
  await page.locator("#remove_password").fill("demo-only-on-this-machine");
  await page.getByRole("button", { name: "Turn the authenticator off" }).click();
  await expect(page.getByRole("button", { name: "Set it up" })).toBeVisible();
});

test("a silence that somebody makes elsewhere appears, and goes when it is ended", async ({ page, context }) => {
  await logIn(page);
  await page.goto("/silences");
  const other = await context.newPage();
  await other.goto("/silences/new");
  await other.getByLabel("Host", { exact: true }).fill("cache1.fra.example.net");
  await other.getByLabel(/note/i).fill("from the other tab");
  await other.getByRole("button", { name: "Silence the host" }).click();
  const row = page.locator(".suppression", { hasText: "from the other tab" });
  await expect(row).toBeVisible();
  await other.locator(".suppression", { hasText: "from the other tab" }).getByRole("button", { name: /^End now/ }).click();
  await expect(row).toHaveCount(0);
});

// RFC 6238: six digits of the half minute that runs.
function code(secret) {
  const bits = [...secret.replace(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
