// A Monit agent of version 5.33 with one process, as its documents look on the wire.

/** Checks in, with what happened if something did. Answers with the status that the agent would get. */
export async function checkIn(address, { account, host, id, service, platform = "Linux", failing, message }) {
  const now = Date.now();
  const seconds = `<collected_sec>${Math.trunc(now / 1_000)}</collected_sec><collected_usec>${(now % 1_000) * 1_000}</collected_usec>`;
  const status = failing ? NON_EXIST : 0;
  const event = message === undefined ? "" :
    `<event>${seconds}<service>${service}</service><type>3</type><id>${NON_EXIST}</id><state>${failing ? 1 : 0}</state>` +
    `<action>1</action><message><![CDATA[${message}]]></message></event>`;
  const document =
    `<?xml version="1.0" encoding="ISO-8859-1"?><monit id="${id}" incarnation="1" version="5.33.0"><server><uptime>7</uptime>` +
    `<poll>${POLL_SECONDS}</poll><startdelay>0</startdelay><localhostname><![CDATA[${host}]]></localhostname></server>` +
    `<platform><name><![CDATA[${platform}]]></name><release>6.12</release><version>#1</version><machine>x86_64</machine>` +
    "<cpu>4</cpu><memory>1024</memory><swap>0</swap></platform><services>" +
    `<service name="${service}"><type>3</type>${seconds}<status>${status}</status><status_hint>0</status_hint><monitor>1</monitor>` +
    "<monitormode>0</monitormode><onreboot>0</onreboot><pendingaction>0</pendingaction></service></services>" +
    `<servicegroups></servicegroups>${event}</monit>`;
  const authorization = `Basic ${Buffer.from(account).toString("base64")}`;
  const head = { "content-type": "text/xml", "user-agent": "Monit/5.33.0", authorization };
  const answer = await fetch(`${address}/collector`, { method: "POST", headers: head, body: document });
  await answer.arrayBuffer();
  return answer.status;
}

// Monit's bit and event id for "does not exist".
const NON_EXIST = 512;
// Long enough that no host is overdue in a test.
const POLL_SECONDS = 300;
