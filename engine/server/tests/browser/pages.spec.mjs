// Every page, in both themes, at every width: readable by everybody, nothing cut, nothing foreign.
import { AxeBuilder } from "@axe-core/playwright";
import { anAlert, expect, logIn, test } from "./house.mjs";

const PAGES = [
  "/", "/hosts", "/dashboards", "/dashboards/view?by=service&name=nginx", "/wall", "/find?q=web",
  "/silences", "/silences?show=upcoming", "/silences/new", "/silences/downtimes/new",
  "/policies", "/policies/edit?target=default", "/policies/try", "/receivers", "/receivers/new", "/connectors", "/connectors/of/webhook",
  "/connectors/install", "/connectors/keys", "/deliveries", "/activity",
  "/settings", "/settings/authenticator", "/settings/people", "/settings/tokens", "/settings/agents", "/settings/alerting",
  "/settings/instance", "/settings/retention", "/connect", "/start", "/practice",
];
const WIDTHS = [320, 768, 1280, 1920];

async function all(page) {
  const alert = await anAlert(page);
  await page.goto("/hosts");
  const host = await page.locator('table a[href^="/hosts/"], main a[href^="/hosts/"]').first().getAttribute("href");
  return [...PAGES, alert, host];
}

for (const colorScheme of ["light", "dark"]) {
  test(`every page is accessible in the ${colorScheme} theme`, async ({ page }) => {
    test.setTimeout(420_000);
    await page.emulateMedia({ colorScheme });
    await page.goto("/login");
    expect((await new AxeBuilder({ page }).analyze()).violations.map(said)).toEqual([]);
    await logIn(page);
    for (const path of await all(page)) {
      await page.goto(path);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
      expect(violations.map(said), path).toEqual([]);
      await expect(page.getByRole("heading", { level: 1 }), path).toHaveCount(1);
    }
  });
}

test("no page scrolls sideways, from a phone to a wide screen", async ({ page }) => {
  test.setTimeout(420_000);
  await logIn(page);
  for (const path of await all(page)) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      expect(await page.evaluate(reachingOut), `${path} at ${width}`).toEqual([]);
    }
  }
});

// Runs in the page: what makes it wider than the window.
function reachingOut() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > clientWidth);
  return wide.map((element) => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`).slice(-5);
}

function said(violation) {
  return `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`;
}
