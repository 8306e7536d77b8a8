// The admin UI in a real browser: the distribution's Chromium, against `tocsin demo` on a loopback port.
import { defineConfig } from "@playwright/test";

const port = process.env.TOCSIN_BROWSER_PORT ?? "18390";
const program = process.env.TOCSIN_PROGRAM ?? "tocsin";

export default defineConfig({
  testDir: ".",
  workers: 1,
  timeout: 60_000,
  retries: 0,
  forbidOnly: true,
  reporter: "list",
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    launchOptions: {
      executablePath: process.env.TOCSIN_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    },
  },
  webServer: {
    command: `${program} demo --listen 127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/readyz`,
    timeout: 120_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
  },
});
