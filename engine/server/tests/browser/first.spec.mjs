// An instance that nobody has used yet: from the one-time link to the first message that arrives; and its restart.
import { createServer } from "node:http";
import { checkIn } from "./agent.mjs";
import { expect, knownAs, logIn, test as house } from "./house.mjs";
import { fits, readable } from "./look.mjs";
import { instance } from "./program.mjs";
import { walking } from "./walk.mjs";

const test = house.extend({
  own: [async ({}, use) => {
    const running = await instance();
    await use(running);
    await running.stop();
    await running.remove();
  }, { scope: "worker" }],
  baseURL: ({ own }, use) => use(own.address),
  farSide: [async ({}, use) => {
    const told = [];
    const server = createServer((request, answer) => {
      told.push(request.url);
      request.resume();
      answer.end("ok");
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    await use({ url: `http://127.0.0.1:${server.address().port}/told`, told });
    server.close();
  }, { scope: "worker" }],
});

const ANNA = { name: "anna", password: "correct horse battery" };
const WEB1 = { host: "web1.example.net", id: "the-first-agent", service: "nginx" };

/** What each page says while there is nothing, and the one thing to do next. */
const EMPTY = {
  "/": ["Here you will see what needs a person", "Connect the first agent"],
  "/hosts": ["Every machine whose Monit agent reports here will be listed", "Connect the first agent"],
  "/hosts?show=pending": ["", "Connect"],
  "/hosts/rejected": ["would be listed here with its cure", "How to connect an agent"],
  "/dashboards": ["gets a page here", "Hosts that wait for approval"],
  "/silences": ["will be listed here, each with its author", "Plan the first downtime"],
  "/policies": ["There is no receiver yet", "Make the first receiver"],
  "/receivers": ["A receiver is where notifications go", "Make the first receiver"],
  "/deliveries": ["the proof that it arrived", "Send a test from a receiver"],
  "/activity": ["", ""],
  "/settings/tokens": ["Each token will be listed here", ""],
  "/settings/agents": ["will be listed here", "How to connect an agent"],
};

const walk = walking(test);

test.describe.configure({ mode: "serial" });

test("the one-time link makes the first account, and leads to the first steps", async ({ page, own }) => {
  const link = own.said().match(/\/setup\/\S+/)[0];
  await page.goto("/");
  await expect(page.locator("main")).toContainText("Nobody has an account yet");
  await page.goto(link);
  await readable(page, "the set-up");
  await fits(page, "the set-up");
  await page.getByLabel("Your name").fill(ANNA.name);
  await page.getByLabel("Password", { exact: true }).fill(ANNA.password);
  await page.getByLabel("Password again").fill("something else");
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByLabel("Password again")).toHaveAttribute("aria-invalid", "true");
  await readable(page, "the set-up, refused");
  await page.getByLabel("Password", { exact: true }).fill(ANNA.password);
  await page.getByLabel("Password again").fill(ANNA.password);
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("First steps");
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nothing here");
});

for (const [path, [says, next]] of Object.entries(EMPTY)) {
  walk(`${path} is empty, says what will be here, and offers what to do next`, async ({ page }) => {
    await knownAs(page, ANNA);
    await page.goto(path);
    await expect(page.locator("main")).toContainText(says);
    if (next) await expect(page.locator("main").getByRole("link", { name: next }).first()).toBeVisible();
    await readable(page, path);
    await fits(page, path, [320, 1280]);
  });
}

test("the first agent is connected: a wrong password is explained, the right one arrives before one's eyes", async ({ page, own }) => {
  await logIn(page, ANNA);
  await page.getByRole("link", { name: /^Connect/ }).first().click();
  await page.getByLabel("Name of the account").fill("web");
  await page.getByRole("button", { name: "Create and show the line" }).click();
  const line = await page.locator("code.code").first().innerText();
  const [account] = line.match(/web:[^@]+/);
  expect(line).toContain(`set mmonit http://${account}@localhost:${new URL(own.address).port}/collector`);
  await readable(page, "the line for the agent");
  await page.getByRole("link", { name: "Wait for the first check-in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Waiting for the first check-in");
  await readable(page, "waiting");
  await fits(page, "waiting");
  await page.evaluate(() => { document.documentElement.dataset.jsSame = "yes"; });

  expect(await checkIn(own.address, { ...WEB1, account: "web:mistyped" })).toBe(401);
  await expect(page.locator("main")).toContainText("the password in its monitrc is not the one that was shown", { timeout: 20_000 });
  expect(await checkIn(own.address, { ...WEB1, account })).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("It has arrived", { timeout: 20_000 });
  await expect(page.locator("main")).toContainText("web1.example.net");
  await expect(page.locator("html[data-js-same]"), "the page was not loaded anew").toHaveCount(1);
  await readable(page, "what has arrived");
  await page.getByRole("button", { name: "Approve web1.example.net" }).click();
  await expect(page.locator("main .arrival")).toContainText("healthy");
});

test("the first receiver is tested, a policy taken over, and a practice alarm arrives", async ({ page, farSide }) => {
  await logIn(page, ANNA);
  await page.goto("/receivers");
  await page.getByRole("link", { name: "Make the first receiver" }).click();
  await page.getByRole("link", { name: /^Webhook/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("my own");
  await page.getByLabel("URL", { exact: true }).fill(farSide.url);
  await page.getByLabel("May reach private addresses").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Send test to my own" }).click();
  await expect(page.locator("main")).toContainText("delivered", { timeout: 30_000 });
  expect(farSide.told).toEqual(["/told"]);

  await page.goto("/start");
  await page.getByRole("button", { name: "Use this policy" }).click();
  await expect(page.locator("#flash")).toContainText("every problem of every host is told");
  await page.goto("/practice");
  await page.getByRole("button", { name: "Raise the practice alarm" }).click();
  await expect(page.locator(".stations")).toContainText("It arrived: done", { timeout: 20_000 });
  await page.getByRole("button", { name: "It arrived; clear it away" }).click();
  expect(farSide.told.length).toBe(2);
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "First steps" })).toHaveCount(0);
  await expect(page.locator("main")).toContainText("Nothing is burning");
  await readable(page, "all is well");
});

test.describe("while the server is away", () => {
  test.use({ cutOff: true });

  test("a page waits for a server that restarts, and shows what happened meanwhile", async ({ page, own }) => {
    await logIn(page, ANNA);
    await page.goto("/hosts");
    await expect(page.locator("#live")).toHaveAttribute("data-state", "on");
    await page.evaluate(() => { document.documentElement.dataset.jsSame = "yes"; });
    await own.stop();
    await expect(page.locator("#live")).toHaveAttribute("data-state", /again|stale/, { timeout: 15_000 });
    Object.assign(own, await own.again());
    // Nobody has told the page: this host came before it was connected again.
    await expect(page.locator("#live")).toHaveAttribute("data-state", "on", { timeout: 40_000 });
    await expect(page.locator("#hosts")).toContainText("web1.example.net");
    await expect(page.locator("html[data-js-same]"), "the page was not loaded anew").toHaveCount(1);
  });
});
