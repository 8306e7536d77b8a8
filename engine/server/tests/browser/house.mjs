// What holds in every test, for every page that its browsers open: no console error, no error of a script, no request to
// another origin, no breach of the content policy, no answer of a server at fault.
import { test as base, expect } from "@playwright/test";
import { demo } from "./program.mjs";

export const test = base.extend({
  // The demo of this worker.
  demo: [async ({}, use) => {
    const running = await demo();
    await use(running);
    await running.stop();
  }, { scope: "worker" }],
  baseURL: ({ demo }, use) => use(demo.address),
  // For stories in which the network or the server is away: then requests fail on purpose.
  cutOff: [false, { option: true }],
  // What was seen that must not be; the test fails if anything is left in it.
  wrong: async ({ baseURL, cutOff }, use) => {
    const wrong = Object.assign([], { watch: (context) => watch(context, new URL(baseURL).origin, cutOff, wrong) });
    await use(wrong);
    expect(wrong.map(String)).toEqual([]);
  },
  context: async ({ context, wrong }, use) => {
    const seen = await wrong.watch(context);
    await use(context);
    await seen();
  },
  // Further browsers, each with cookies of its own.
  anotherBrowser: async ({ browser, baseURL, contextOptions, wrong }, use) => {
    const opened = [];
    await use(async (options) => {
      const context = await browser.newContext({ baseURL, ...contextOptions, ...options });
      opened.push([context, await wrong.watch(context)]);
      return context.newPage();
    });
    for (const [context, seen] of opened) {
      await seen();
      await context.close();
    }
  },
});

export { expect };

/** Watches all pages and frames of a browser; what it returns is to be called after each test, before the browser is closed. */
export async function watch(context, origin, cutOff, wrong) {
  // A form that is refused and a page that is not there are answered with 4xx on purpose, and browsers note that.
  const meant = new Set();
  const noted = [];
  await context.exposeBinding("tocsinBreach", ({ page }, what) => wrong.push(`content policy: ${what} on ${page.url()}`));
  await context.addInitScript(() => addEventListener("securitypolicyviolation", (breach) => {
    tocsinBreach(`${breach.violatedDirective} forbids ${breach.blockedURI}`);
  }));
  context.on("weberror", (error) => wrong.push(`script: ${error.error().message}`));
  context.on("console", (message) => {
    const isPolicy = /content security policy/i.test(message.text());
    // Without scripts a page cannot tell of it by itself.
    if (isPolicy) wrong.push(`console: ${message.text()}`);
    else if (message.type() === "error") noted.push({ text: message.text(), about: message.location().url });
  });
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) wrong.push(`foreign request: ${request.url()}`);
  });
  context.on("response", (answer) => {
    const { status, request } = { status: answer.status(), request: answer.request() };
    if (status >= 500 && !cutOff) wrong.push(`answer: ${status} from ${answer.url()}`);
    if (status < 500 && (request.isNavigationRequest() || request.method() === "POST")) meant.add(answer.url());
  });
  return async () => {
    // Whatever a page still has to tell is told before it answers.
    for (const page of context.pages()) await page.evaluate(() => true).catch(() => undefined);
    for (const { text, about } of noted) {
      const expected = (text.startsWith("Failed to load resource") && meant.has(about)) || (cutOff && text.includes("net::ERR_"));
      if (!expected) wrong.push(`console: ${text} (${about})`);
    }
    noted.length = 0;
    meant.clear();
  };
}

/** The people of the demo. */
export const ADMIN = { name: "demo", password: "demo-only-on-this-machine" };
export const OPERATOR = { name: "olga", password: "olga-only-on-this-machine" };

// Once for all stories: whoever logs in as often as they do is taken for somebody who guesses.
const sessions = new Map();

/** Whatever page is opened next is opened as this person. */
export async function knownAs(page, person = ADMIN) {
  if (sessions.has(person)) return page.context().addCookies(sessions.get(person));
  await page.goto("/login");
  await typeLogin(page, person);
  await expect(page.getByRole("heading", { level: 1, name: "Now" })).toBeVisible();
  sessions.set(person, (await page.context().cookies()).filter((cookie) => cookie.name === "tocsin"));
}

/** The same, with the page Now. */
export async function logIn(page, person = ADMIN) {
  await knownAs(page, person);
  await page.goto("/");
  // A story may have ended it, as a new second factor does.
  if (new URL(page.url()).pathname !== "/login") return;
  sessions.delete(person);
  await knownAs(page, person);
}

export async function typeLogin(page, { name, password }) {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** The address of an open alert; the first of the demo appear within its first cycles. */
export async function anAlert(page, service = "") {
  const link = page.locator('main a[href^="/alerts/"]', { hasText: service }).first();
  await expect(async () => {
    await page.goto("/");
    await expect(link).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 45_000 });
  return link.getAttribute("href");
}
