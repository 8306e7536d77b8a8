// How a page is looked at: can everybody read it, does it fit, is it big enough to be touched.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "./house.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const WIDTHS = [320, 768, 1280, 1920];
const HEIGHT = 800;

/** No finding of axe, in the light theme and in the dark one. `within`: only that part of the page. */
export async function readable(page, what, { within, themes = ["light", "dark"] } = {}) {
  for (const [n, colorScheme] of themes.entries()) {
    await page.emulateMedia({ colorScheme });
    // Nothing but colours differs in the other theme.
    expect(await findings(page, within, n ? ["color-contrast"] : undefined), `${what}, ${colorScheme}`).toEqual([]);
  }
}

async function findings(page, within, only) {
  // Half a megabyte: once for each page that was loaded. The pages have no frames that would want it as well.
  if (!(await page.evaluate(() => "axe" in window))) await giveAxe(page);
  const rules = only ? { runOnly: only } : { rules: { "target-size": { enabled: true } } };
  // What passes is only counted: to write it all down takes as long as to look.
  const options = { ...rules, resultTypes: ["violations"] };
  const violations = await page.evaluate(async ([part, how]) => (await axe.run(part ?? document, how)).violations, [within, options]);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
}

// Chromium keeps what it has compiled for those who ask it directly; Playwright's own way compiles it for every page.
const direct = new WeakMap();
async function giveAxe(page) {
  if (!direct.has(page)) direct.set(page, await page.context().newCDPSession(page));
  const { exceptionDetails } = await direct.get(page).send("Runtime.evaluate", { expression: AXE });
  if (exceptionDetails) throw new Error(`axe does not start: ${exceptionDetails.text}`);
}

/** Nothing is wider than the window. */
export async function fits(page, what, widths = WIDTHS) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: HEIGHT });
    expect(await page.evaluate(reachingOut), `${what} at ${width}`).toEqual([]);
  }
}

/** One title and one first heading, as people and readers know a page by them. */
export async function named(page, what) {
  await expect(page.getByRole("heading", { level: 1 }), what).toHaveCount(1);
  await expect(page, what).toHaveTitle(/\S.* · tocsin$/);
}

// Runs in the page: what makes it wider than the window.
function reachingOut() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5);
  const found = wide.map((element) => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`).slice(-5);
  // A word can reach over the edge of an element that does not.
  return found.length ? found : [`something is ${scrollWidth} wide`];
}

/** Everything that is pressed is at least so many pixels high and wide; links in a sentence are as high as its lines. */
export async function touchable(page, what, least) {
  expect(await page.evaluate(tooSmall, least), what).toEqual([]);
}

// Runs in the page. A box with a label is as large as both.
function tooSmall(least) {
  const found = [];
  for (const element of document.querySelectorAll("button, a.button, summary, select, input:not([type=hidden]), textarea, nav a, .chips label")) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.matches(":disabled, .hidden, .chips input")) continue;
    const boxes = [element, ...(element.labels ?? [])].map((part) => part.getBoundingClientRect());
    if (element.type !== "checkbox" && element.type !== "radio") boxes.length = 1;
    const high = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    const wide = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    const isChoice = element.type === "checkbox" || element.type === "radio";
    const enough = isChoice ? Math.min(least, 24) : least;
    if (high < enough - 0.5 || wide < 24 - 0.5) found.push(`${element.outerHTML.slice(0, 120)}: ${Math.round(wide)}×${Math.round(high)}`);
  }
  return found.slice(0, 8);
}
