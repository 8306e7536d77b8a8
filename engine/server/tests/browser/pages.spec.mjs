// Every page, in both themes, at every width: readable by everybody, nothing cut, nothing foreign. Each is visited once:
// the theme and the width change under it.
import { anAlert, expect, knownAs, test as house } from "./house.mjs";
import { fits, named, readable } from "./look.mjs";
import { walking } from "./walk.mjs";

const test = walking(house);

const PAGES = [
  "/", "/hosts", "/hosts?show=pending", "/hosts/rejected", "/dashboards", "/dashboards/view?by=service&name=nginx", "/wall", "/find?q=web",
  "/silences", "/silences?show=upcoming", "/silences/new", "/silences/downtimes/new",
  "/policies", "/policies/edit?target=default", "/policies/try", "/receivers", "/receivers/new", "/receivers/new/email",
  "/connectors", "/connectors/of/webhook", "/connectors/install", "/connectors/keys", "/deliveries", "/activity",
  "/settings", "/settings/people", "/settings/tokens", "/settings/agents", "/settings/alerting",
  "/settings/instance", "/settings/retention", "/connect", "/start", "/practice",
];
/** Pages of things: reached by a link on another page, once there is one. */
const FOUND = { "a host": ["/hosts", "#hosts a[data-main]"], "a delivery": ["/deliveries", "main th a"], "a person": ["/settings/people", "main th a"], "a receiver": ["/receivers", ".way-head a"] };

// Whoever is free takes the next page.
test.describe.configure({ mode: "parallel" });

async function looksGood(page, what) {
  await named(page, what);
  // What is folded up is looked at as well.
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
  await readable(page, what);
  await fits(page, what);
}

for (const path of PAGES) {
  test(`${path} is readable and fits`, async ({ page }) => {
    await knownAs(page);
    await page.goto(path);
    await looksGood(page, path);
  });
}

for (const [what, [path, link]] of Object.entries(FOUND)) {
  test(`${what} is readable and fits`, async ({ page }) => {
    await knownAs(page);
    await expect(async () => {
      await page.goto(path);
      await page.locator(link).first().click({ timeout: 1_000 });
    }).toPass({ timeout: 45_000 });
    await looksGood(page, what);
  });
}

test("an alert is readable and fits", async ({ page }) => {
  await knownAs(page);
  await page.goto(await anAlert(page));
  await looksGood(page, "an alert");
});

test("the login is readable and fits", async ({ page }) => {
  await page.goto("/login");
  await looksGood(page, "the login");
});
