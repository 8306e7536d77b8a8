// Open pages stay true, and nobody who reads or types is disturbed by it.
import { anAlert, expect, logIn, test } from "./house.mjs";

test("what is done in one tab appears in the other", async ({ page, context }) => {
  await logIn(page);
  const path = await anAlert(page);
  const other = await context.newPage();
  await other.goto(path);
  await page.goto(path);
  await expect(other.locator("#live")).toHaveAttribute("data-state", "on");
  const release = other.getByRole("button", { name: "Take back" });
  if (await release.count()) await release.first().click();
  await page.locator("main").getByLabel(/note/i).fill("seen from the other tab");
  await page.locator("main").getByRole("button", { name: "Acknowledge", exact: true }).click();
  await expect(other.locator("main")).toContainText("seen from the other tab");
  await other.getByRole("button", { name: "Take back" }).first().click();
  await expect(page.locator("main").getByRole("button", { name: "Acknowledge", exact: true })).toBeVisible();
});

test("what is typed, focused and open survives a refresh", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts");
  const box = page.locator("#q");
  await box.fill("state:fai");
  await page.getByText("Words", { exact: true }).click();
  await box.focus();
  await page.evaluate(() => { document.querySelector("#hosts tr").dataset.jsSame = "yes"; });
  // The page is fetched again by itself; this is what that looks like from inside.
  const again = page.waitForResponse((answer) => answer.request().headers()["x-tocsin-again"] === "1");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await again;
  await expect(box).toHaveValue("state:fai");
  await expect(box).toBeFocused();
  await expect(page.locator(".filter details")).toHaveAttribute("open", "");
  await expect(page.locator("#hosts tr[data-js-same]")).toHaveCount(1);
});

test.describe("while the network is away", () => {
  test.use({ cutOff: true });

  test("a page says that it is cut off, and is live again by itself", async ({ page, context }) => {
    await logIn(page);
    await expect(page.locator("#live")).toHaveAttribute("data-state", "on");
    const look = () => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    await context.setOffline(true);
    await look();
    await expect(page.locator("#live")).toHaveAttribute("data-state", "again");
    await context.setOffline(false);
    await look();
    await expect(page.locator("#live")).toHaveAttribute("data-state", "on", { timeout: 15_000 });
  });
});
