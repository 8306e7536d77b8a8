// For tests that do no more than look at pages: all of a worker use one browser, as somebody who walks from page to page.
// With one for each, Chromium starts a process, and loads and compiles all scripts again, for every page.
import { watch } from "./house.mjs";

// By where they walk and what they look like.
const walkers = new Map();

/** The same tests, in which `page` has been elsewhere before. It remembers nothing of that. */
export function walking(test) {
  return test.extend({
    page: async ({ browser, baseURL, viewport, wrong }, use) => {
      const key = JSON.stringify([baseURL, viewport]);
      if (!walkers.has(key)) walkers.set(key, await walker(browser, baseURL));
      const { page, told, seen } = walkers.get(key);
      told.to = wrong;
      // Nobody may have been there to hear it; then the next test is told.
      wrong.push(...told.late.splice(0));
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: null });
      await use(page);
      await seen();
      await forget(page);
      told.to = told.late;
    },
  });
}

async function walker(browser, baseURL) {
  // How it looks is what the test says: Playwright hands that on to every browser that a test opens.
  const context = await browser.newContext();
  const late = [];
  const told = { late, to: late, push: (line) => told.to.push(line) };
  const seen = await watch(context, new URL(baseURL).origin, false, told);
  return { page: await context.newPage(), told, seen };
}

async function forget(page) {
  await page.evaluate(() => { localStorage.clear(); sessionStorage.clear(); });
  await page.context().clearCookies();
  // A page that stays open is told what happens, and would be kept busy by the tests that follow.
  await page.goto("about:blank");
}
