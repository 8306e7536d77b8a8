// Pictures of the main pages for docs/images, taken from a demo that runs: node screenshots.mjs ADDRESS FOLDER
import { chromium } from "@playwright/test";

const [base, folder] = process.argv.slice(2);
// Some cycles of the demo, so that alerts have a history.
const SETTLE_MS = 60_000;
const PAGES = { now: "/", hosts: "/hosts", dashboards: "/dashboards", wall: "/wall" };

const browser = await chromium.launch({
  executablePath: process.env.TOCSIN_CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : ["--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, colorScheme: "light" });
await page.goto(`${base}/login`);
await page.getByLabel("Name").fill("demo");
await page.getByLabel("Password").fill("demo-only-on-this-machine");
await page.getByRole("button", { name: /log in/i }).click();
await page.waitForTimeout(SETTLE_MS);
await page.goto(base);
const alert = await page.locator('main a[href^="/alerts/"]').first().getAttribute("href");
for (const [name, path] of Object.entries({ ...PAGES, alert })) {
  await page.goto(base + path);
  await page.locator('#live[data-state="on"]').waitFor({ state: "attached" });
  await page.screenshot({ path: `${folder}/${name}.png` });
}
await browser.close();
