// What holds in every test: no console error, no request to another origin, no breach of the content policy.
import { test as base, expect } from "@playwright/test";

export const test = base.extend({
  // For stories in which the network is away: then requests fail on purpose.
  cutOff: [false, { option: true }],
  page: async ({ page, baseURL, cutOff }, use) => {
    const wrong = [];
    // A form that is refused is answered with 4xx on purpose, and browsers note that.
    const refused = /^Failed to load resource.*status of 4(03|09|22|29)/;
    page.on("console", (message) => {
      const expected = refused.test(message.text()) || (cutOff && message.text().includes("net::ERR_"));
      if (message.type() === "error" && !expected) wrong.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(baseURL) && !url.startsWith("data:")) wrong.push(`foreign request: ${url}`);
    });
    await use(page);
    expect(wrong).toEqual([]);
  },
});

export { expect };

// Once for all stories: whoever logs in as often as they do is taken for somebody who guesses.
let session;

export async function logIn(page) {
  if (session) {
    await page.context().addCookies(session);
    await page.goto("/");
    // A story may have ended it, as a new second factor does.
    if (new URL(page.url()).pathname !== "/login") return;
  }
  await page.goto("/login");
  await page.getByLabel("Name").fill("demo");
  await page.getByLabel("Password").fill("demo-only-on-this-machine");
  await page.getByRole("button", { name: /log in/i }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Now" })).toBeVisible();
  session = (await page.context().cookies()).filter((cookie) => cookie.name === "tocsin");
}

// The first alert of the demo appears within its first cycles.
export async function anAlert(page) {
  await expect(async () => {
    await page.goto("/");
    expect(await page.locator('a[href^="/alerts/"]').count()).toBeGreaterThan(0);
  }).toPass({ timeout: 45_000 });
  return page.locator('a[href^="/alerts/"]').first().getAttribute("href");
}
