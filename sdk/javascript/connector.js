// Posts notifications as JSON to a pager service: the contract of tocsin in JavaScript.
//
// The imports come from the contract, under their names in it. Each call gets a fresh instance: what a module keeps in
// its variables is forgotten.

import { send } from 'tocsin:connector/http@0.1.0';
import { write } from 'tocsin:connector/log@0.1.0';

const TITLE_CHARS = 200;
const TEXT_CHARS = 4000;
const ADDRESS = 'Write the whole address, beginning with https:// or http://.';

const SETTINGS = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      format: 'uri',
      title: 'URL',
      description: 'Where messages are posted. Its origin is the only one that this receiver may reach.',
    },
    token: {
      type: 'string',
      writeOnly: true,
      title: 'Token',
      description: 'Sent as `Authorization: Bearer …`. Leave empty for none.',
    },
  },
};

export const connectorApi = {
  describe() {
    return {
      name: 'pager-javascript',
      title: 'Pager (JavaScript)',
      version: '0.1.0',
      summary: 'Posts notifications to a pager service',
      settingsSchema: JSON.stringify(SETTINGS),
      abilities: [{ tag: 'http-from-settings', val: '/url' }],
      limits: { titleChars: TITLE_CHARS, textChars: TEXT_CHARS, perMinute: 60, bundles: true },
      data: '{}',
    };
  },

  validate(settings) {
    const errors = wrongWith(JSON.parse(settings));
    // An error is thrown, never returned.
    if (errors.length > 0) throw errors;
  },

  deliver(text, notification) {
    const settings = JSON.parse(text);
    const errors = wrongWith(settings);
    if (errors.length > 0) throw { tag: 'misconfigured', val: errors };
    const headers = [
      ['content-type', 'application/json'],
      ['idempotency-key', notification.idempotencyKey],
    ];
    if (settings.token) headers.push(['authorization', `Bearer ${settings.token}`]);
    const body = utf8(JSON.stringify(message(notification)));
    let answer;
    try {
      answer = send({ method: 'POST', url: settings.url, headers, body });
    } catch (error) {
      // The error of the contract; the two engines wrap it differently.
      throw unsent(error.payload ?? error);
    }
    // A u64 is a number in QuickJS and a bigint in StarlingMonkey; what goes back has to be the same.
    const u64 = typeof notification.sinceMs === 'bigint' ? BigInt : Number;
    return outcome(answer, u64);
  },
};

/** What is wrong with settings. Unlike with the SDK for Rust, nothing has read them by the schema before. */
function wrongWith(settings) {
  const errors = [];
  if (typeof settings.url !== 'string' || !/^https?:\/\//.test(settings.url)) {
    errors.push({ pointer: '/url', message: ADDRESS });
  }
  if (settings.token !== undefined && typeof settings.token !== 'string') {
    errors.push({ pointer: '/token', message: 'A token is text.' });
  }
  for (const name of Object.keys(settings)) {
    if (!(name in SETTINGS.properties)) errors.push({ pointer: `/${name}`, message: 'There is no such setting.' });
  }
  return errors;
}

/** What the far side is sent. */
function message(notification) {
  return {
    kind: notification.kind,
    title: shorten(notification.title, TITLE_CHARS),
    text: shorten(notification.text || notification.title, TEXT_CHARS),
    link: notification.url ?? null,
    reply_to: notification.priorHandle ?? null,
  };
}

/** Cuts out the middle: the end of a message often holds the value that was measured. */
function shorten(text, limit) {
  const chars = Array.from(text);
  if (chars.length <= limit) return text;
  const tail = Math.floor((limit - 1) / 4);
  return `${chars.slice(0, limit - 1 - tail).join('')}…${chars.slice(chars.length - tail).join('')}`;
}

/** What the far side's answer means. */
function outcome(answer, u64) {
  const body = fromUtf8(answer.body);
  const said = `HTTP ${answer.status}: ${body.split(/\s+/).join(' ').slice(0, 200)}`;
  if (answer.status === 401 || answer.status === 403) {
    throw { tag: 'misconfigured', val: [{ pointer: '/token', message: `This token is not accepted. (${said})` }] };
  }
  if ([408, 425, 429].includes(answer.status) || answer.status >= 500) {
    throw { tag: 'retry', val: { message: said, afterMs: retryAfterMs(answer, u64) } };
  }
  if (answer.status < 200 || answer.status >= 300) throw { tag: 'permanent', val: said };
  let handle;
  try {
    const { id } = JSON.parse(body);
    if (typeof id === 'string') handle = id;
  } catch {
    write('debug', 'the answer names no message');
  }
  return { handle, detail: said };
}

/** Seconds only; a date would need a clock that both sides agree on. */
function retryAfterMs(answer, u64) {
  const found = answer.headers.find(([name, value]) => name.toLowerCase() === 'retry-after' && /^\d+$/.test(value));
  return found && u64(`${found[1]}000`);
}

/** What it means that there was no answer. */
function unsent(error) {
  switch (error.tag) {
    case 'denied':
      return { tag: 'misconfigured', val: [{ pointer: '', message: error.val }] };
    case 'invalid':
      return { tag: 'permanent', val: error.val };
    case 'too-large':
      return { tag: 'permanent', val: `more than ${error.val} bytes in one request or answer` };
    case 'timeout':
      return { tag: 'retry', val: { message: 'no answer in time' } };
    default:
      return { tag: 'retry', val: { message: String(error.val ?? error) } };
  }
}

// QuickJS has neither TextEncoder nor TextDecoder.
function utf8(text) {
  return Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));
}

function fromUtf8(bytes) {
  const codes = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  try {
    return decodeURIComponent(escape(codes));
  } catch {
    return codes;
  }
}
