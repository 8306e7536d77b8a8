// Whoever looks sees: each kind of fault is planted into a page that has none, and found.
import { expect, test } from "./house.mjs";
import { fits, readable, touchable } from "./look.mjs";
import { walking } from "./walk.mjs";

const walk = walking(test);

/** Style sheets that scripts make are no breach of the content policy. */
const styled = (page, css) => page.evaluate((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
}, css);

walk("markup that cannot be read aloud, colours that nobody sees, and buttons that are too small", async ({ page }) => {
  await page.goto("/login");
  await readable(page, "as it is");
  await page.evaluate(() => document.querySelector("main").append(document.createElement("img")));
  await expect(readable(page, "no text for a picture")).rejects.toThrow(/image-alt: img/);

  for (const theme of ["light", "dark"]) {
    await page.goto("/login");
    await styled(page, `@media (prefers-color-scheme: ${theme}) { label { color: GrayText; color: #888; background: #999; } }`);
    await expect(readable(page, "grey")).rejects.toThrow(new RegExp(`grey, ${theme}[^]*color-contrast`));
  }

  await page.goto("/login");
  await styled(page, "main a, main button { font-size: 4px; padding: 0; margin: 0; min-width: 0; min-height: 0; width: 9px; height: 9px; }");
  await expect(touchable(page, "tiny", 40)).rejects.toThrow(/tiny[^]*×9/);
});

walk("what is wider than the window, at one width only", async ({ page }) => {
  for (const [width, query] of [[320, "(max-width: 320px)"], [768, "(min-width: 700px) and (max-width: 800px)"], [1920, "(min-width: 1900px)"]]) {
    await page.goto("/login");
    await fits(page, "as it is");
    await styled(page, `@media ${query} { main { min-width: ${width + 1}px; margin: 0; max-width: none } }`);
    await expect(fits(page, "wide")).rejects.toThrow(new RegExp(`wide at ${width}`));
  }
  await page.goto("/login");
  await page.evaluate(() => document.querySelector("h1").append("w".repeat(300)));
  await styled(page, "h1 { overflow-wrap: normal; max-width: 9rem; }");
  await expect(fits(page, "a long word")).rejects.toThrow(/a long word at 320/);
});
