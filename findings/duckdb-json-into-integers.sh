#!/usr/bin/env bash
# @duckdb/node-api 1.5.6-r.1
# Expected: read_json refuses a value that doesn't fit the declared type of its column, or gives NULL where
# ignore_errors asks for that; either way the number in the table is the number in the file, or none.
# Seen: with ignore_errors a fraction in a BIGINT column is rounded, halves to the even number (1.5 and 2.5 both become 2), while a text
# or a number beyond 64 bits becomes NULL. The rest of the row is kept in each case, so nothing shows the change.
# For Kraken: events are checked by their stream's schema before they are in the log, and the loader casts nothing.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1
cat >events.ndjson <<'JSON'
{"site":"a","count":7}
{"site":"b","count":1.5}
{"site":"c","count":2.5}
{"site":"d","count":"seven"}
{"site":"e","count":99999999999999999999}
JSON
cat >ask.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = await connection.run(
  "SELECT site || '=' || coalesce(count::VARCHAR, 'null') FROM read_json('events.ndjson', format='newline_delimited', columns={site: 'VARCHAR', count: 'BIGINT'}, ignore_errors=true)",
);
console.log((await rows.getRows()).flat().join(' '));
JS
seen="$(node ask.mjs)"
expected='a=7 b=2 c=2 d=null e=null'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
