// Forms sent without a browser: what a story needs done before it begins.

/** Somebody who is logged in there. */
export async function hands(address, { name, password }) {
  const answer = await send(address, "/login", { name, password });
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  return {
    /** Sends a form; what is refused fails the story. */
    async post(path, fields) {
      const done = await send(address, path, fields, cookie);
      const text = await done.text();
      if (done.status >= 400) throw new Error(`${path} answers ${done.status}: ${text.match(/class="wrong[^>]*>[^<]*|data-sentence>.*/g) ?? text}`);
      return text;
    },
    async get(path) {
      return (await fetch(address + path, { headers: { cookie } })).text();
    },
    /** All numbers in addresses that begin like this, each once, as the page has them. */
    async ids(path, begins) {
      const found = (await this.get(path)).matchAll(new RegExp(`href="${begins}(\\d+)"`, "g"));
      return [...new Set([...found].map((match) => match[1]))];
    },
  };
}

function send(address, path, fields, cookie = "") {
  const pairs = Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  return fetch(address + path, { method: "POST", redirect: "manual", headers: { cookie }, body: new URLSearchParams(pairs) });
}
