// A connector from its file to its first message: uploaded, compiled while one looks on, granted, used, tested.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { expect, logIn, test } from "./house.mjs";
import { readable } from "./look.mjs";

// The webhook connector as it was built beside the program, with a mark at its end: another version of the same.
function aFile() {
  const folder = path.resolve(path.dirname(process.env.TOCSIN_PROGRAM ?? ""), "../connectors/wasm32-wasip2/connector");
  const mark = Buffer.from("browser");
  const section = Buffer.from([0, mark.length + 1, mark.length, ...mark]);
  return Buffer.concat([readFileSync(path.join(folder, "connector_webhook.wasm")), section]);
}

test("a connector is uploaded, granted what it asks for, and delivers", async ({ page }) => {
  const told = [];
  const farSide = createServer((request, answer) => {
    told.push(request.url);
    request.resume();
    answer.end("ok");
  });
  await new Promise((listening) => farSide.listen(0, "127.0.0.1", listening));
  await logIn(page);
  await page.goto("/connectors");
  await readable(page, "the connectors");
  await page.getByRole("link", { name: "Install a connector" }).click();
  await readable(page, "the install page");
  await page.getByLabel("File").setInputFiles({ name: "webhook.wasm", mimeType: "application/wasm", buffer: aFile() });
  await page.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByRole("heading", { name: "What it asks for" })).toBeVisible({ timeout: 30_000 });
  await readable(page, "what it asks for");
  const asked = page.getByRole("checkbox", { name: /send requests to the site/ });
  await expect(asked).not.toBeChecked();
  await asked.check();
  await page.getByRole("button", { name: "Grant what is marked" }).click();
  await expect(asked).toBeChecked();

  await page.getByRole("link", { name: "New receiver" }).click();
  await page.getByLabel("Name", { exact: true }).fill("uploaded");
  await page.getByLabel("URL", { exact: true }).fill(`http://127.0.0.1:${farSide.address().port}/told`);
  await page.getByLabel("May reach private addresses").check();
  await page.getByRole("button", { name: "Save" }).click();
  const card = page.locator(".way", { hasText: "uploaded" });
  await card.getByRole("button", { name: /Send test/ }).click();
  await expect(page.locator("main")).toContainText("delivered", { timeout: 15_000 });
  expect(told).toEqual(["/told"]);
  await page.goto("/connectors/of/webhook");
  await expect(page.getByRole("row", { name: /uploaded/ })).toContainText("in use");
  await readable(page, "the connector");
  farSide.close();
});
