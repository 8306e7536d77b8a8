// What operators and admins do all day, without a line of script in the browser.
import { OPERATOR, anAlert, expect, logIn, test, typeLogin } from "./house.mjs";

test.use({ javaScriptEnabled: false });

test("a stranger sees nothing but the login", async ({ page }) => {
  for (const path of ["/", "/hosts", "/receivers", "/settings"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/login/);
  }
});

test("whoever logs in comes to where they wanted to go, and logging out ends it", async ({ page }) => {
  await page.goto("/hosts?q=region%3AChicago");
  await typeLogin(page, OPERATOR);
  await expect(page).toHaveURL(/\/hosts\?q=region%3AChicago$/);
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto("/hosts");
  await expect(page).toHaveURL(/\/login/);
});

test("an operator acknowledges an alert and takes it back", async ({ page }) => {
  await logIn(page);
  await page.goto(await anAlert(page));
  await page.getByLabel(/note/i).first().fill("looking into it");
  await page.getByRole("button", { name: "Acknowledge", exact: true }).first().click();
  await expect(page.getByText("looking into it").first()).toBeVisible();
  await page.getByRole("button", { name: "Take back" }).first().click();
  await expect(page.getByRole("button", { name: "Acknowledge", exact: true }).first()).toBeVisible();
});

test("hosts are filtered, and one that waits for approval is approved", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts");
  await page.getByLabel("Filter").fill("region:Chicago service:nginx");
  await page.getByRole("button", { name: "Filter" }).click();
  const rows = page.locator("#hosts tr");
  await expect(rows.first()).toContainText("Chicago");
  expect(await rows.count()).toBe(await rows.filter({ hasText: "Chicago" }).count());
  await expect(async () => {
    await page.goto("/hosts?show=pending");
    await page.getByLabel("Pick build-agent-7.lab.example.org").check({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.locator("#flash")).toContainText("Approved build-agent-7.lab.example.org");
  await page.goto("/hosts?q=build-agent-7");
  await expect(rows).toHaveCount(1);
});

test("several hosts are silenced, and that is undone", async ({ page }) => {
  await logIn(page);
  await page.goto("/hosts?q=state%3Ahealthy");
  for (const n of [0, 1]) await page.locator("#hosts [data-pick]").nth(n).check();
  await page.locator("#pick").getByRole("button", { name: "Silence" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Silence 2 hosts");
  await page.getByRole("button", { name: "Silence", exact: true }).click();
  await expect(page.getByText("Silenced 2 hosts for 1h")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Taken back")).toBeVisible();
});

test("a host is silenced for a preset time, seen before it is done, and ended", async ({ page }) => {
  await logIn(page);
  await page.goto("/silences/new");
  await page.getByLabel("Host", { exact: true }).fill("db4.fra.example.net");
  await page.getByRole("radio", { name: "45m" }).check();
  await page.getByLabel(/note/i).fill("a new disk");
  await page.getByRole("button", { name: "Show what it covers" }).click();
  await expect(page.getByRole("region", { name: "What it covers now" })).toContainText(/1 host/);
  await expect(page.getByLabel(/note/i)).toHaveValue("a new disk");
  await page.getByRole("button", { name: "Silence the host" }).click();
  const silence = page.locator(".suppression", { hasText: "a new disk" });
  await expect(silence).toContainText("of 45m");
  await silence.getByRole("button", { name: /^End now/ }).click();
  await expect(silence).toHaveCount(0);
});

test("a downtime is planned once, after a look at what it will do, and taken back", async ({ page }) => {
  await logIn(page);
  await page.goto("/silences/downtimes/new");
  await page.getByLabel("What is done").fill("switch in rack 4");
  await page.getByLabel("Host", { exact: true }).fill("web4.fra.example.net");
  await page.getByLabel("From").fill("2038-01-10T20:00");
  await page.getByLabel("To", { exact: true }).fill("2038-01-10T22:30");
  await page.getByRole("button", { name: "Show what it will do" }).click();
  const preview = page.getByRole("region", { name: "What it will do" });
  await expect(preview).toContainText("web4.fra.example.net");
  await expect(preview.locator("tbody tr")).toHaveCount(1);
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.goto("/silences?show=upcoming");
  const planned = page.locator(".suppression", { hasText: "switch in rack 4" });
  await expect(planned).toContainText("2h 30m");
  await planned.getByRole("button", { name: /^Take back/ }).click();
  await expect(planned).toHaveCount(0);
});

test("a downtime that comes every week shows its next ten times before it is planned", async ({ page }) => {
  await logIn(page);
  await page.goto("/silences/downtimes/new");
  await page.getByLabel("What is done").fill("backup of the databases");
  await page.getByText("a host group").click();
  await page.getByRole("radio", { name: "weekly" }).check();
  await page.getByLabel("Host group", { exact: true }).selectOption({ label: "databases" });
  await page.getByRole("checkbox", { name: "Sun" }).check();
  await page.getByLabel("Starts at").fill("02:00");
  await page.getByLabel("Lasts").fill("2h");
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await page.getByRole("button", { name: "Show what it will do" }).click();
  await expect(page.getByRole("region", { name: "What it will do" }).locator("tbody tr")).toHaveCount(10);
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.goto("/silences?show=upcoming");
  const planned = page.locator(".suppression", { hasText: "backup of the databases" });
  await planned.getByRole("button", { name: /^End for good/ }).click();
  await expect(planned).toHaveCount(0);
});

test("a policy is edited, rehearsed over the last week, and saved", async ({ page }) => {
  await logIn(page);
  await anAlert(page);
  await page.goto("/policies");
  await page.getByRole("link", { name: "Edit of default" }).click();
  await page.getByLabel("Repeat").first().selectOption("own");
  await page.getByLabel("Own interval").first().fill("90m");
  await page.getByRole("button", { name: "Rehearse the last 7 days" }).click();
  await expect(page.getByRole("region", { name: "The last seven days under this policy" })).toBeVisible();
  await expect(page.getByRole("region", { name: "What saving changes" })).toContainText("1h 30m");
  await page.getByRole("button", { name: "Save the policy" }).first().click();
  await expect(page.locator("#flash")).toContainText("Saved");
  await expect(page.locator("main")).toContainText("every 1h 30m");
});

test("a receiver is refused with its reasons beside the field, then kept, tested and tried again", async ({ page }) => {
  await logIn(page);
  await page.goto("/receivers/new/webhook");
  await page.locator("#name").fill("from the browser");
  const url = page.getByLabel("URL", { exact: true });
  await url.fill("not a url");
  await page.getByLabel("May reach private addresses").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(url).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("#name")).toHaveValue("from the browser");
  // Nobody listens there.
  await url.fill("http://127.0.0.1:9/hook");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/receivers");
  await page.getByRole("button", { name: "Send test to from the browser" }).click();
  await expect(page).toHaveURL(/\/deliveries\//);
  await expect(page.locator("main")).toContainText("Attempt 1", { timeout: 30_000 });
  await page.getByRole("button", { name: "Try again now" }).click();
  await expect(page.locator("main")).toContainText("Attempt 2", { timeout: 30_000 });
  await page.getByRole("button", { name: "Withdraw" }).click();
  await expect(page.locator("#flash")).toContainText("Withdrawn");
});

test("a person gets an account and loses it, and a program a token", async ({ page }) => {
  await logIn(page);
  await page.goto("/settings/people");
  await page.getByText("New person").click();
  await page.getByLabel("Name", { exact: true }).fill("pia");
  await page.getByLabel("Role").selectOption("viewer");
  await page.getByLabel("First password").fill("pia-only-on-this-machine");
  await page.getByLabel("The same again").fill("pia-only-on-this-machine");
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("link", { name: "pia", exact: true }).click();
  await page.getByRole("radio", { name: /^disabled/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/settings/people");
  await expect(page.getByRole("row", { name: /^pia/ })).toContainText("disabled");

  await page.goto("/settings/tokens");
  const form = page.getByText("New token");
  if (!(await page.getByLabel("Name", { exact: true }).isVisible())) await form.click();
  await page.getByLabel("Name", { exact: true }).fill("deployment");
  await page.getByRole("button", { name: "Make the token and show it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("The token of deployment");
  await page.getByRole("link", { name: "Done" }).click();
  await page.getByRole("button", { name: "Delete deployment" }).click();
  await expect(page.getByRole("row", { name: /^deployment/ })).toHaveCount(0);
});
