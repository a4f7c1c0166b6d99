#!/usr/bin/env bash
# plausible-tracker 0.3.9 in jsdom 24.1.3
# Expected: trackEvent's callback, which its documentation calls when the event is sent, is called when the server
# took the event, or at least tells the status.
# Seen: it is called for any final answer, a 400 and a 500 too, and with no argument at all.
# For Kraken: a sender's "sent" proves nothing. Tests of trackers compare what lies in the log with what was sent, and
# what is refused is kept in the stream rejects with its reason, for site owners who saw no error.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund plausible-tracker@0.3.9 jsdom@24.1.3
cat >ask.mjs <<'JS'
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';
const statuses = [202, 400, 500];
const server = createServer((request, response) => { request.resume(); response.writeHead(statuses.shift() ?? 500, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }).end(); }).listen(0, '127.0.0.1');
await once(server, 'listening');
const host = `http://127.0.0.1:${server.address().port}`;
const { window } = new JSDOM('', { url: 'https://example.org/' });
Object.assign(globalThis, { window, document: window.document, location: window.location, localStorage: window.localStorage, XMLHttpRequest: window.XMLHttpRequest });
const require = createRequire(import.meta.url);
const Plausible = require('plausible-tracker').default ?? require('plausible-tracker');
const { trackEvent } = Plausible({ domain: 'example.org', apiHost: host, trackLocalhost: true });
for (const name of ['accepted', 'refused', 'failed']) {
  const args = await Promise.race([new Promise((resolve) => trackEvent(name, { callback: (...args) => resolve(`called with ${args.length} arguments`) })), new Promise((r) => setTimeout(r, 3000, 'not called'))]);
  console.log(name, args);
}
server.close(); process.exit(0);
JS
seen="$(node ask.mjs)"
expected='accepted called with 0 arguments
refused called with 0 arguments
failed called with 0 arguments'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
