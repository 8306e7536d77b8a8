// The program as a process that ends with whoever started it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const PROGRAM = process.env.TOCSIN_PROGRAM ?? "tocsin";
// The machine code of connectors, where the tests of the server keep it beside the program as well: all of them take ten
// seconds of a core. It is named after what it was made from.
const KEEPING = path.isAbsolute(PROGRAM)
  ? ["--connector-cache", path.resolve(path.dirname(PROGRAM), "../tmp/connectors")]
  : [];
// Nothing takes so long on a machine that is not stuck.
const PATIENCE_MS = 60_000;

/** The virtual fleet on a port of its own: forty hosts, some of them on fire. */
export async function demo() {
  const listen = `127.0.0.1:${await freePort()}`;
  return start(listen, ["demo", "--listen", listen, ...KEEPING]);
}

/** An instance of one's own that can be stopped and started again; its data go with `remove`. */
export async function instance(...flags) {
  const listen = `127.0.0.1:${await freePort()}`;
  const folder = await mkdtemp(path.join(tmpdir(), "tocsin-browser-"));
  const told = ["--listen", listen, "--data-dir", folder, "--log-level", "warn", ...KEEPING];
  const again = () => start(listen, ["serve", ...told, ...flags]);
  return { ...(await again()), again, remove: () => rm(folder, { recursive: true }) };
}

async function start(listen, args) {
  const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => { said += text; });
  const ended = new Promise((done) => child.once("close", done));
  const address = `http://${listen}`;
  const begun = Date.now();
  while (!(await isReady(address))) {
    if (child.exitCode !== null || Date.now() - begun > PATIENCE_MS) throw new Error(`tocsin does not start:\n${said}`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    process.off("exit", kill);
  };
  return { address, said: () => said, stop };
}

async function isReady(address) {
  return fetch(`${address}/readyz`).then((answer) => answer.ok, () => false);
}

/** A port that nobody has at this moment. */
async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
