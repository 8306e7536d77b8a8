// The house watches: what must not be on any page is seen, in the first tab, in others, and in other browsers.
import { expect, test } from "./house.mjs";
import { walking } from "./walk.mjs";

/** Waits until so much was seen, and takes it: here it is no fault. */
const seen = async (wrong, count = 1) => {
  await expect.poll(() => wrong.length).toBe(count);
  return wrong.splice(0).join("\n");
};

test("a breach of the content policy is seen in every tab and browser", async ({ page, context, anotherBrowser, wrong }) => {
  for (const tab of [page, await context.newPage(), await anotherBrowser()]) {
    await tab.goto("/login");
    await tab.evaluate(() => document.body.append(Object.assign(new Image(), { src: "data:image/gif;base64,AAAA" })));
    // The page tells of it, and so does the browser.
    expect(await seen(wrong, 2)).toContain("img-src forbids data");
  }
});

test("an error of a script is seen in every tab", async ({ page, context, wrong }) => {
  for (const tab of [page, await context.newPage()]) {
    await tab.goto("/login");
    await tab.evaluate(() => { setTimeout(() => { throw new Error("planted"); }); });
    expect(await seen(wrong)).toContain("script: planted");
  }
});

test("another origin is foreign, also where its address begins like ours", async ({ page, baseURL, wrong }) => {
  const foreign = `${baseURL}@tocsin.invalid/`;
  await page.route(foreign, (route) => route.fulfill({ body: "not ours", contentType: "text/html" }));
  await page.goto(foreign);
  expect(await seen(wrong)).toContain("foreign request");
});

walking(test)("a page that was elsewhere before is watched as well", async ({ page, wrong }) => {
  for (const path of ["/login", "/login?again"]) {
    await page.goto(path);
    await page.evaluate(() => { setTimeout(() => { throw new Error("planted"); }); });
    expect(await seen(wrong)).toContain("script: planted");
    await page.evaluate(() => document.body.append(Object.assign(new Image(), { src: "https://tocsin.invalid/x" })));
    // The page tells of it, and so does the browser, twice.
    const told = await seen(wrong, 3);
    for (const what of ["img-src forbids https://tocsin.invalid/x", "foreign request: https://tocsin.invalid/x"]) expect(told).toContain(what);
  }
});
