#!/usr/bin/env bash
# undici 7.30.2 (its EventSource is that of Node), eventsource 4.1.0 beside it; Node 20.20.2
# Expected: an EventSource whose connection ended is CONNECTING (readyState 0) and comes back after `retry`; a program that
# has one goes on, as a page does.
# Seen: with undici the program ends with status 0 at the first end of a connection, without a word: the timer for coming
# back doesn't keep the process (it is unref'd), and nothing else is open. With eventsource it comes back.
# For Kraken: docs/streaming.md says so to whoever follows numbers from a program of Node; the bench of cut clients keeps
# its undici client running by itself.
set -euo pipefail
folder="$(mktemp -d)"
server=
trap '[[ -z "$server" ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@20.20.2 undici@7.30.2 eventsource@4.1.0 >/dev/null
node=node_modules/node/bin/node
cat >server.mjs <<'JS'
import { createServer } from 'node:http';
const headers = { 'content-type': 'text/event-stream', connection: 'close' };
createServer((_, response) => response.writeHead(200, headers).end('retry: 200\ndata: hello\n\n')).listen(
  0,
  '127.0.0.1',
  function () {
    console.log(this.address().port);
  },
);
JS
cat >client.mjs <<'JS'
const [, , library, port] = process.argv;
const { EventSource } = await import(library);
let messages = 0;
const source = new EventSource(`http://127.0.0.1:${port}/`);
source.onmessage = () => {
  if (++messages === 3) source.close();
};
process.on('exit', (code) => console.log(`${library}: ends with ${code} after ${messages} of 3, state ${source.readyState}`));
JS
"$node" server.mjs >port &
server=$!
until [[ -s port ]]; do sleep 0.1; done
seen="$(for library in undici eventsource; do "$node" --no-warnings client.mjs "$library" "$(cat port)"; done)"
printf '%s\n' "$seen"
[[ "$seen" == 'undici: ends with 0 after 1 of 3, state 0
eventsource: ends with 0 after 3 of 3, state 2' ]] || { echo 'CHANGED' >&2; exit 1; }
