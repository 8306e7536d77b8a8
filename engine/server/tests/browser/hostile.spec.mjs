// Whatever agents, far sides and colleagues write is text: it runs nowhere, turns no line round, and breaks no page.
import { AGENTS, ANNA, CONTROLS, FACES, GIVEN, MARKUP, TURNED, UNSEEN, hostileInstance } from "./hostile.mjs";
import { expect, knownAs, test as house } from "./house.mjs";
import { fits, named, readable } from "./look.mjs";
import { walking } from "./walk.mjs";

const test = walking(house.extend({
  hostile: [async ({}, use) => {
    const running = await hostileInstance();
    await use(running);
    await running.stop();
  }, { scope: "worker" }],
  baseURL: ({ hostile }, use) => use(hostile.address),
}));

const q = encodeURIComponent;
/** What each page is, and how it is reached. */
const PAGES = {
  "Now": "/", "the hosts": "/hosts", "rejected check-ins": "/hosts/rejected", "the dashboards": "/dashboards", "the wall": "/wall",
  "finding something": `/find?q=${q("<script")}`, "finding nothing": `/find?q=${q(TURNED + MARKUP)}`,
  "silences": "/silences", "planned downtimes": "/silences?show=upcoming", "a new silence": "/silences/new",
  "policies": "/policies", "the default policy": "/policies/edit?target=default", "receivers": "/receivers",
  "the connector": "/connectors/of/webhook", "deliveries": "/deliveries", "activity": "/activity",
  "people": "/settings/people", "tokens": "/settings/tokens", "accounts of agents": "/settings/agents", "the own account": "/settings",
  "connecting": "/connect", "practice": "/practice", "first steps": "/start",
};
for (const [n, name] of GIVEN.entries()) {
  PAGES[`the dashboard of region ${n}`] = `/dashboards/view?by=region&name=${q(name)}`;
  PAGES[`the hosts of group ${n}`] = `/hosts?q=${q(`group:"${name}"`)}`;
}
/** Pages of things, by the list in which their numbers are. */
const THINGS = {
  hosts: (id) => [`/hosts/${id}`, `/hosts/act?do=silence&host=${id}`],
  alerts: (id) => [`/alerts/${id}`, `/alerts/${id}/acknowledge`],
};

test.beforeEach(({ page }) => knownAs(page, ANNA));

/** Text, in its order, within the window, and readable. */
async function harmless(page, what) {
  expect(await page.locator("img, main script, [onerror]").count(), `${what}: markup became elements`).toBe(0);
  expect(await page.evaluate(turned, [...WORDS]), `${what}: words of ours are turned round`).toEqual([]);
  await named(page, what);
  // The other theme has no other text.
  await readable(page, what, { themes: ["light"] });
  await fits(page, what, [1280, 320]);
}

// Words that hostile texts bring along: those may stand as they like.
const WORDS = new Set([MARKUP, TURNED, UNSEEN, FACES, CONTROLS].flatMap((text) => text.match(/[A-Za-z]{2,}/g) ?? []));

// Runs in the page: words of ours whose last letter stands before their first one.
function turned(theirs) {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const place = (node, at) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect();
  };
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const { 0: word, index } of node.data.matchAll(/[A-Za-z]{2,}/g)) {
      if (theirs.includes(word) || /^w+$/i.test(word)) continue;
      const [first, last] = [place(node, index), place(node, index + word.length - 1)];
      if (first.width && last.width && first.top === last.top && last.left < first.left) found.push(`${word} in: ${node.data.trim().slice(0, 90)}`);
    }
  }
  return found.slice(0, 6);
}

for (const [what, path] of Object.entries(PAGES)) {
  test(`${what}: what others wrote is harmless`, async ({ page }) => {
    await page.goto(path);
    await harmless(page, what);
  });
}

for (const [list, paths] of Object.entries(THINGS)) {
  for (const [n, { what }] of AGENTS.entries()) {
    test(`${list} with ${what} are harmless`, async ({ page, hostile }) => {
      for (const path of paths(hostile[list][n])) {
        await page.goto(path);
        await harmless(page, path);
      }
    });
  }
}

test("a delivery shows the message and what came back as text", async ({ page, hostile }) => {
  for (const id of hostile.deliveries.slice(0, 3)) {
    await page.goto(`/deliveries/${id}`);
    await expect(page.locator("main")).toContainText("<script>hit()</script>");
    await harmless(page, `delivery ${id}`);
  }
});

test("the preview of a message shows text", async ({ page }) => {
  await page.goto("/receivers/new/email");
  await page.getByLabel("Name", { exact: true }).fill(TURNED);
  await page.getByText("Its own words").click();
  await page.locator("#title_template").fill(`{{ subject }} ${MARKUP.split("{{")[0]} ${TURNED}`);
  await page.locator("#text_template").fill(`${FACES} ${UNSEEN} <b>{{ message }}</b>`);
  await page.getByRole("button", { name: "Show how it reads" }).click();
  await expect(page.getByRole("heading", { name: "How it reads" })).toBeVisible();
  await expect(page.locator("main")).toContainText("<script>hit()</script>");
  await harmless(page, "the preview");
});

test("what is said after an action keeps its order", async ({ page, hostile }) => {
  for (const host of hostile.hosts) {
    await page.goto(`/hosts/act?do=downtime&host=${host}&back=/hosts`);
    await page.getByLabel("What is done").fill(TURNED);
    await page.getByRole("button", { name: "Begin the downtime" }).click();
    await expect(page.locator("#flash")).toContainText("nothing about it is sent");
    expect(await page.evaluate(turned, [...WORDS])).toEqual([]);
    await page.locator("#flash").getByRole("button", { name: "Undo" }).click();
    await expect(page.locator("#flash")).toContainText("Taken back");
  }
});
