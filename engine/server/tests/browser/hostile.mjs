// Names, messages and notes of somebody who wishes us ill, and the instance in which they stand everywhere.
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkIn } from "./agent.mjs";
import { hands } from "./hands.mjs";
import { instance } from "./program.mjs";

/** Runs, if anything does; none of it may. The quotes are single ones where a document allows no others. */
export const MARKUP = "<script>hit()</script>'><img src=x onerror=hit()>{{7*7}}{% if %}&lt;b&gt;";
/** Turns what follows round, also after its end: an override, isolates, and the end of the isolate that is around it. */
export const TURNED = "\u202egnp.exe \u2066\u200f\u05d0\u05d1\u2069\u2069\u202e tail";
/** Nothing that is seen: zero width, a soft hyphen, line and paragraph ends, a byte order mark. */
export const UNSEEN = "a\u200bb\u200d\u00ad\ufeffc\u2028d\u2029e";
export const FACES = "👩‍👩‍👧‍👦🏴‍☠️ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘";
/** Without any place to break it; names of agents are taken up to a kilobyte. */
export const LONG_NAME = "w".repeat(1_000);
export const LONG_TEXT = "W".repeat(10_000);
/** What a terminal would act on; only messages can hold it. */
export const CONTROLS = "bell\u0007 escape\u001b[31m nul\u0000 delete\u007f next\u0085";

export const AGENTS = [
  { what: "markup", name: MARKUP, message: MARKUP },
  { what: "turned text", name: TURNED, message: TURNED },
  { what: "unseen characters", name: UNSEEN, message: CONTROLS },
  { what: "faces", name: FACES, message: FACES },
  { what: "long words", name: LONG_NAME, message: LONG_TEXT },
];

/** Somebody whose name is written from the right; names of people hold letters and digits only. */
export const ANNA = { name: "\u05d0\u05e0\u05d4", password: "correct horse battery" };
const AGENT_ACCOUNT = "monit:agents-of-the-browser-tests";
// As long as names that people give may be.
const short = (text) => text.slice(0, 60);
export const GIVEN = [MARKUP, TURNED, UNSEEN, LONG_NAME].map(short);

/** Starts it and fills it: hosts through the agents' door, the rest by the provision file and by forms. */
export async function hostileInstance() {
  const farSide = createServer((request, answer) => {
    request.resume();
    answer.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(`${MARKUP} ${TURNED} ${LONG_TEXT}`);
  });
  await new Promise((listening) => farSide.listen(0, "127.0.0.1", listening));
  const file = path.join(tmpdir(), `tocsin-hostile-${process.pid}.toml`);
  await writeFile(file, provision(farSide.address().port));
  const running = await instance("--provision", file);
  for (const [n, { name, message }] of AGENTS.entries()) {
    const agent = { account: AGENT_ACCOUNT, host: name, id: agentId(n), service: name, platform: name.slice(0, 300) };
    await checkIn(running.address, { ...agent, failing: false });
    await checkIn(running.address, { ...agent, failing: true, message });
  }
  // Refused at the door, and listed with what they called themselves.
  await checkIn(running.address, { account: "<script>hit()</script>\u202e:x", host: MARKUP, id: "stranger", service: "x" });
  const stop = async () => {
    await running.stop();
    await running.remove();
    await rm(file);
    farSide.close();
  };
  return { ...(await typed(running.address)), address: running.address, stop };
}

/** What colleagues type into forms; the numbers of hosts, alerts and deliveries, to visit them. */
async function typed(address) {
  const anna = await hands(address, ANNA);
  await anna.post("/settings/instance", { name: TURNED.slice(0, 40), zone: "UTC", public_url: "https://tocsin.example.org" });
  for (const name of GIVEN) {
    await anna.post("/settings/tokens", { name, role: "viewer", reach: "everything" });
    await anna.post("/hosts/views", { name: name.slice(0, 40), q: name });
  }
  const [hosts, alerts] = [await anna.ids("/hosts", "/hosts/"), await anna.ids("/", "/alerts/")];
  for (const [n, alert] of alerts.entries()) {
    await anna.post(`/alerts/${alert}/acknowledge`, { note: NOTES[n % NOTES.length], until: "4h" });
  }
  for (const [n, host] of hosts.entries()) {
    if (n % 2) await anna.post(`/hosts/${host}/silence`, { length: "1h", note: NOTES[n % NOTES.length] });
  }
  return { hosts, alerts, deliveries: await anna.ids("/deliveries", "/deliveries/") };
}

const NOTES = [MARKUP, TURNED, UNSEEN, FACES, LONG_TEXT.slice(0, 2_000)];

const agentId = (n) => `hostile-agent-${n}`;

// JSON and TOML write texts alike, as far as these go.
const quoted = (text) => JSON.stringify(text);

function provision(port) {
  const url = quoted(`http://127.0.0.1:${port}/hook`);
  const groups = GIVEN.map((name, n) => `[[group]]\nname = ${quoted(name)}\npriority = ${n + 1}\n`);
  const hosts = AGENTS.map((_, n) => {
    const given = GIVEN[n % GIVEN.length];
    return `[[host]]\nagent_id = "${agentId(n)}"\nregion = ${quoted(given)}\nenvironment = ${quoted(given)}\n` +
      `groups = [${quoted(given)}]\nlabels = { ${quoted(`k${n}`)} = ${quoted(given)}, ${quoted(given)} = "x" }\n`;
  });
  const receivers = GIVEN.map((name) => `[[receiver]]\nname = ${quoted(name)}\nconnector = "webhook"\nprivate_network = true\nsettings = { url = ${url} }\n`);
  const downtimes = GIVEN.map((title, n) => `[[downtime]]\ntitle = ${quoted(title)}\n${n % 2 ? `group = ${quoted(title)}` : `agent_id = "${agentId(n)}"`}\nrepeats = "daily 03:00 for 60m in UTC"\n`);
  return [
    `[[account]]\nname = ${quoted(ANNA.name)}\nrole = "admin"\npassword = ${quoted(ANNA.password)}\n`,
    `[[agent_account]]\nname = "monit"\npassword = "${AGENT_ACCOUNT.split(":")[1]}"\n`,
    '[[agent_account]]\nname = "<script>hit()"\npassword = "something-else"\n',
    '[[approval]]\nhost = "*"\n',
    ...groups, ...hosts, ...receivers, ...downtimes,
    `[[policy]]\ndefault = true\n[[policy.rule]]\nreceivers = [${GIVEN.map(quoted).join(", ")}]\nurgency = 1\n`,
    `[[policy]]\ngroup = ${quoted(GIVEN[0])}\n[[policy.rule]]\nreceivers = [${quoted(GIVEN[1])}]\nurgency = 1\n[[policy.rule]]\nreceivers = [${quoted(GIVEN[0])}]\nurgency = 2\n`,
  ].join("\n");
}
