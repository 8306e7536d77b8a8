// The admin UI in a real browser: the distribution's Chromium, against `tocsin demo`. Each worker has a demo of its own
// (house.mjs), so that stories that run beside each other share nothing.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  // One for each core of a small machine: what takes the time is the browser.
  workers: 2,
  timeout: 60_000,
  retries: 0,
  forbidOnly: true,
  reporter: "list",
  use: {
    // Colours that are on their way from one theme to the other are no colours of either.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: process.env.TOCSIN_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    },
  },
});
