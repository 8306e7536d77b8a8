// On a phone, by thumb: what operators do on the way, and everything large enough to be touched.
import { anAlert, expect, knownAs, logIn, test } from "./house.mjs";
import { readable, touchable } from "./look.mjs";
import { walking } from "./walk.mjs";

const walk = walking(test);

// Whoever is free takes the next test.
test.describe.configure({ mode: "parallel" });
test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const TOUCH = 40;
const PAGES = [
  "/", "/hosts", "/dashboards", "/silences", "/silences/new", "/silences/downtimes/new", "/policies", "/policies/edit?target=default",
  "/receivers", "/deliveries", "/activity", "/settings", "/find?q=web", "/wall",
];

async function goodOnPhones(page, what) {
  await readable(page, what);
  await touchable(page, what, TOUCH);
}

for (const path of PAGES) {
  walk(`${path} is readable on a phone, and large enough`, async ({ page }) => {
    await knownAs(page);
    await page.goto(path);
    await goodOnPhones(page, path);
  });
}

test("an alert, a host and the login are readable on a phone, and large enough", async ({ page }) => {
  await page.goto("/login");
  await goodOnPhones(page, "the login");
  await logIn(page);
  await page.goto(await anAlert(page));
  await goodOnPhones(page, "an alert");
  await page.goto("/hosts");
  await page.locator("#hosts a[data-main]").first().tap();
  await expect(page).toHaveURL(/\/hosts\/\d+/);
  await goodOnPhones(page, "a host");
});

test("the bar at the bottom leads to the main pages, and to all others", async ({ page }) => {
  await logIn(page);
  const bar = page.getByRole("navigation", { name: "Quick" });
  for (const [name, path] of [["Hosts", "/hosts"], ["Silences", "/silences"], ["Dashboards", "/dashboards"], ["Now", "/"]]) {
    await bar.getByRole("link", { name }).tap();
    await expect.poll(() => new URL(page.url()).pathname).toBe(path);
    await expect(bar.getByRole("link", { name })).toHaveAttribute("aria-current", "page");
  }
  await bar.getByRole("link", { name: "More" }).tap();
  const deliveries = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Deliveries" });
  await expect(deliveries).toBeInViewport();
  await deliveries.tap();
  await expect(page).toHaveURL(/\/deliveries$/);
});

test("an alert is acknowledged from Now and from its page, and that is taken back", async ({ page }) => {
  await logIn(page);
  await anAlert(page);
  await page.goto("/?show=firing");
  await page.getByRole("button", { name: "Acknowledge" }).first().tap();
  await expect(page.locator("#flash")).toContainText("Acknowledged");
  await page.locator("#flash").getByRole("button", { name: "Undo" }).tap();
  await expect(page.locator("#flash")).toContainText("Not acknowledged any more");
  await page.locator("main .title a").first().tap();
  await page.getByText("4h", { exact: true }).tap();
  await page.locator("main").getByRole("button", { name: "Acknowledge", exact: true }).tap();
  await expect(page.locator("main")).toContainText("demo is on it");
  await page.locator("main").getByRole("button", { name: "Take back" }).tap();
  await expect(page.locator("main").getByRole("button", { name: "Acknowledge", exact: true })).toBeVisible();
});

test("a host is silenced from Now, after a choice of how long", async ({ page }) => {
  await logIn(page);
  await anAlert(page);
  await page.goto("/?show=firing");
  await page.locator("main").getByRole("link", { name: /^Silence/ }).first().tap();
  const panel = page.locator("#panel");
  await expect(panel).toContainText("Holds back everything about this host");
  await readable(page, "the dialog", { within: "#panel" });
  await touchable(page, "the dialog", TOUCH);
  await panel.getByText("30m", { exact: true }).tap();
  await panel.getByRole("button", { name: "Silence", exact: true }).tap();
  await expect(page.locator("#flash")).toContainText("for 30m");
  await page.locator("#flash").getByRole("button", { name: "Undo" }).tap();
  await expect(page.locator("#flash")).toContainText("Taken back");
});

test("hosts are filtered, and a card holds what the row does", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts");
  await page.getByLabel("Filter").fill("cache1.fra");
  await page.getByRole("button", { name: "Filter" }).tap();
  const card = page.locator("#hosts tr");
  await expect(card).toHaveCount(1);
  await expect(card).toContainText("cache1.fra.example.net");
  await expect(card).toContainText("production shop");
});
