// What is refused is said in a sentence, with a way on, for everybody to read.
import { OPERATOR, expect, logIn, test, typeLogin } from "./house.mjs";
import { fits, readable } from "./look.mjs";

async function isSaid(page, title, sentence) {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(page.locator("main")).toContainText(sentence);
  await readable(page, title);
  await fits(page, title, [320, 1280]);
}

test("an address that names nothing leads back", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts/7");
  await isSaid(page, "Nothing here", /\S/);
  await page.getByRole("link", { name: "Back" }).click();
  await expect(page).toHaveURL(/\/hosts$|\/$/);
});

test("an operator who wants what admins do is told whom to ask", async ({ page }) => {
  await logIn(page, OPERATOR);
  await page.goto("/settings/people");
  await isSaid(page, "This is not yours to do", "needs the role admin");
});

test("whoever guesses is told how long to wait", async ({ page }) => {
  await page.goto("/login");
  // All at once: whoever waits between two guesses may make more of them.
  const guess = (_, n) => page.request.post("/login", { form: { name: "guesser", password: `guess ${n}` } });
  await Promise.all(Array.from({ length: 10 }, guess));
  await typeLogin(page, { name: "guesser", password: "one more" });
  await isSaid(page, "Log in", /too many tries\. Wait \d+ seconds/);
});

test("a form that is refused keeps what was typed, and marks what is wrong", async ({ page }) => {
  await logIn(page);
  await page.goto("/settings/alerting");
  await page.getByLabel("But never before").fill("soon");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByLabel("But never before")).toHaveValue("soon");
  await expect(page.getByLabel("But never before")).toHaveAttribute("aria-invalid", "true");
  await isSaid(page, "Alerting", "This was not saved");
});
