// What an admin sets up: a practice alarm, the second factor; and silences that stay true while somebody looks at them.
import { createHmac } from "node:crypto";
import { expect, logIn, test, typeLogin } from "./house.mjs";
import { readable } from "./look.mjs";

// Somebody for the story alone: it ends sessions.
const TILDA = { name: "tilda", password: "tilda-only-on-this-machine" };

test("a practice alarm takes the real way while one looks at it, and is cleared away", async ({ page }) => {
  await logIn(page);
  await page.goto("/practice");
  await page.getByRole("button", { name: "Raise the practice alarm" }).click();
  await expect(page.locator(".stations")).toContainText("It arrived: done");
  await page.getByRole("button", { name: "Let it recover" }).click();
  await expect(page.locator(".stations")).toContainText("Recovery to");
  await readable(page, "a practice alarm");
  await page.getByRole("button", { name: "It arrived; clear it away" }).click();
  await page.goto("/practice");
  await expect(page.getByRole("button", { name: "Raise the practice alarm" })).toBeVisible();
});

test("an authenticator is set up, asked for at the next login, and turned off", async ({ page, anotherBrowser }) => {
  await logIn(page);
  const account = { ...TILDA, repeated: TILDA.password, role: "operator", reach: "everything" };
  expect((await page.request.post("/settings/people", { form: account })).ok()).toBe(true);
  const desk = await anotherBrowser();
  await desk.goto("/login");
  await typeLogin(desk, TILDA);
  await desk.goto("/settings");
  await desk.getByRole("button", { name: "Set it up" }).click();
  await expect(desk.getByRole("img", { name: /as a picture/ })).toBeVisible();
  await desk.getByText("It cannot be scanned").click();
  const secret = await desk.locator("code.code").first().innerText();
  await readable(desk, "setting up an authenticator");
  await desk.getByLabel("Code").fill(code(secret));
  await desk.getByRole("button", { name: "Turn it on" }).click();
  await expect(desk.getByRole("heading", { level: 1 })).toHaveText("The authenticator is on");
  await readable(desk, "recovery codes");
  const spare = await desk.locator(".codes code").first().innerText();

  const phone = await anotherBrowser();
  await phone.goto("/login");
  await typeLogin(phone, TILDA);
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("One more step");
  await readable(phone, "the code");
  await phone.getByLabel("Code").fill(spare);
  await phone.getByRole("button", { name: "Log in" }).click();
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Now");

  await desk.goto("/settings");
  await desk.getByText("Turn it off").click();
  await desk.locator("#remove_password").fill(TILDA.password);
  await desk.getByRole("button", { name: "Turn the authenticator off" }).click();
  await expect(desk.getByRole("button", { name: "Set it up" })).toBeVisible();
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
