#!/usr/bin/env bash
# @microsoft/fetch-event-source 2.0.1, Node 20 or later
# Expected: with `openWhenHidden: true` it doesn't look at whether a page is shown, so it needs no `document`, and a
# response that ends cleanly resolves its promise.
# Seen: it begins without a `document`, but at the end of the response it takes its listener off `document` all the
# same. That throws, the error counts as one of the connection, and the finished stream is asked for again and again.
# For Kraken: test/clients/listeners.test.ts gives it a document; a stream's end says `event: end`, after which a
# client can leave by itself.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @microsoft/fetch-event-source@2.0.1
cat >ask.mjs <<'JS'
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
const { fetchEventSource } = createRequire(import.meta.url)('@microsoft/fetch-event-source');
let requests = 0;
const server = createServer((_, response) => {
  requests++;
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: one\n\n');
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const url = `http://127.0.0.1:${server.address().port}/`;
globalThis.window = globalThis;
const listener = { addEventListener: () => undefined, removeEventListener: () => undefined };
const ask = (asked) => {
  requests = 0;
  const errors = new Set();
  return new Promise((done) => {
    const onerror = (error) => {
      errors.add(error.message);
      if (requests < 3) return 20;
      done(`${requests} requests, ${[...errors]}`);
      return 1e9;
    };
    void fetchEventSource(url, { openWhenHidden: true, onerror, ...asked }).then(() => done(`${requests} request, resolved`));
  });
};
globalThis.document = { ...listener, hidden: false };
console.log(`with a document: ${await ask({})}`);
delete globalThis.document;
console.log(`without: ${await ask({})}`);
process.exit(0);
JS
seen="$(node ask.mjs)"
printf '%s\n' "$seen"
[[ "$seen" == "with a document: 1 request, resolved
without: 3 requests, document is not defined" ]] || { echo 'CHANGED' >&2; exit 1; }
