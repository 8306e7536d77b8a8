// Several people, several tabs, a login that ends: what somebody typed survives, and everybody sees the same.
import { ADMIN, OPERATOR, anAlert, expect, logIn, test, typeLogin } from "./house.mjs";
import { readable } from "./look.mjs";

/** The session ends while the page is open, as after a night. */
const endSession = (page) => page.context().clearCookies({ name: "tocsin" });

test("what was typed into a form survives the end of the login", async ({ page }) => {
  await logIn(page);
  await page.goto("/policies");
  await page.getByText("New group").click();
  await page.getByLabel("Name", { exact: true }).last().fill("typed at night");
  await page.getByLabel("Priority").last().fill("77");
  await endSession(page);
  await page.getByRole("button", { name: "Create the group" }).click();
  await expect(page.locator("main")).toContainText("What you typed is kept");
  await readable(page, "the login that keeps a form");
  // A wrong try loses nothing either.
  await typeLogin(page, { name: "nobody", password: "not this one" });
  await expect(page.getByRole("alert")).toContainText("Name or password is wrong");
  await typeLogin(page, ADMIN);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are logged in again");
  await readable(page, "the form that was kept");
  await page.getByRole("button", { name: "Send it now" }).click();
  await expect(page).toHaveURL(/\/policies$/);
  await expect(page.locator("main")).toContainText("typed at night");
  await expect(page.locator("main")).toContainText("priority 77");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("what was typed into a form survives as well", async ({ page }) => {
    await logIn(page, OPERATOR);
    await page.goto("/silences/new");
    await page.getByLabel("Host", { exact: true }).fill("db4.fra.example.net");
    await page.getByLabel(/note/i).fill("two\nlines");
    await endSession(page);
    await page.getByRole("button", { name: "Silence the host" }).click();
    await typeLogin(page, OPERATOR);
    await page.getByRole("button", { name: "Send it now" }).click();
    const silence = page.locator(".suppression", { hasText: "lines" });
    expect(await silence.locator(".pre").innerText()).toBe("two\nlines");
    await silence.getByRole("button", { name: /^End now/ }).click();
    await expect(silence).toHaveCount(0);
  });
});

test("a note to an acknowledgement survives the end of the login", async ({ page }) => {
  await logIn(page, OPERATOR);
  const alert = await anAlert(page, "mail queue");
  await page.goto(alert);
  await page.locator("main").getByLabel(/note/i).fill("I look at the queue");
  await page.locator("main").getByText("12h", { exact: true }).click();
  await endSession(page);
  await page.locator("main").getByRole("button", { name: "Acknowledge", exact: true }).click();
  await typeLogin(page, OPERATOR);
  await page.getByRole("button", { name: "Send it now" }).click();
  await expect(page).toHaveURL(new RegExp(`${alert}$`));
  await expect(page.locator("main")).toContainText("I look at the queue");
  await page.getByRole("button", { name: "Take back" }).first().click();
});

test("a page whose login has ended says so, and goes on after a login in another tab", async ({ page, context }) => {
  await logIn(page, OPERATOR);
  await page.goto("/hosts");
  await page.getByLabel("Filter").fill("not sent yet");
  await endSession(page);
  // What a page does when somebody comes back to it.
  const look = () => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await look();
  await expect(page.locator("#live")).toHaveAttribute("data-state", "out");
  const [tab] = await Promise.all([context.waitForEvent("page"), page.locator("#live").getByRole("link", { name: "Log in" }).click()]);
  await typeLogin(tab, OPERATOR);
  await expect(tab.getByRole("heading", { level: 1 })).toHaveText("Now");
  await page.bringToFront();
  await look();
  await expect(page.locator("#live")).toHaveAttribute("data-state", "on");
  await expect(page.getByLabel("Filter")).toHaveValue("not sent yet");
});

test("two who edit one policy meet in a comparison, and nothing is overwritten unseen", async ({ page, anotherBrowser }) => {
  const other = await anotherBrowser();
  for (const tab of [page, other]) {
    await logIn(tab);
    await tab.goto("/policies");
    await tab.getByRole("link", { name: /of .*databases/ }).click();
    await tab.getByLabel("Repeat").first().selectOption("own");
  }
  await page.getByLabel("Own interval").first().fill("11m");
  await other.getByLabel("Own interval").first().fill("22m");
  await page.getByRole("button", { name: "Save the policy" }).first().click();
  await expect(page.locator("#flash")).toContainText("Saved");
  await other.getByRole("button", { name: "Save the policy" }).first().click();
  const meeting = other.getByRole("alert");
  await expect(meeting.getByRole("heading", { level: 2 })).toContainText("demo has saved this policy meanwhile");
  await expect(meeting.locator(".card").first()).toContainText("every 11m");
  await expect(meeting.locator(".card").last()).toContainText("every 22m");
  await expect(other.getByLabel("Own interval").first()).toHaveValue("22m");
  await readable(other, "the comparison");
  await other.getByRole("button", { name: "Save mine in its place" }).click();
  await expect(other.locator("#flash")).toContainText("Saved");
  await page.goto("/policies");
  await expect(page.locator("main")).toContainText("every 22m");
});

test("two people in two browsers agree about who is on what", async ({ page, anotherBrowser }) => {
  const olgas = await anotherBrowser();
  await logIn(page);
  await logIn(olgas, OPERATOR);
  await anAlert(page, "backup");
  await olgas.goto("/");
  for (const tab of [page, olgas]) await expect(tab.locator("#live")).toHaveAttribute("data-state", "on");
  const row = (tab) => tab.locator("[data-row]", { hasText: "pg_basebackup" });
  await row(olgas).getByRole("button", { name: "Acknowledge" }).click();
  await expect(row(page)).toContainText("olga is on it");
  await row(page).getByRole("button", { name: "Take back" }).click();
  await expect(row(olgas).getByRole("button", { name: "Acknowledge" })).toBeVisible();
});
