// The admin UI in a real browser: the distribution's Chromium without its windows, which takes two thirds of the time,
// against `tocsin demo`. Each worker has a demo of its own (house.mjs), so that stories that run beside each other share
// nothing.
import { defineConfig } from "@playwright/test";

// Each of these stays in one worker to its end: begun last, it would keep one busy and let the other wait.
const LONG = /(first|hostile)\.spec/;
// Of these whoever is free takes the next test, so that both end together.
const SHORT = /(pages|phone)\.spec/;

export default defineConfig({
  testDir: ".",
  // One for each core of a small machine: what takes the time is the browser.
  workers: 2,
  timeout: 60_000,
  retries: 0,
  forbidOnly: true,
  reporter: "list",
  // They are begun in this order.
  projects: [
    { name: "long", testMatch: LONG },
    { name: "stories", testIgnore: [LONG, SHORT] },
    { name: "pages", testMatch: SHORT },
  ],
  use: {
    // Colours that are on their way from one theme to the other are no colours of either.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: process.env.TOCSIN_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
      // What draws is no process of its own: nothing is drawn but for measuring.
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu", "--in-process-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    },
  },
});
