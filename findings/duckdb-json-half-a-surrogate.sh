#!/usr/bin/env bash
# @duckdb/node-api 1.5.6-r.1, Node 20 and 24
# Expected: what JSON.stringify writes, and JSON.parse reads back, is a line that DuckDB's reader of NDJSON takes.
# Seen: a text that holds one half of a surrogate pair (titles that were cut at a number of UTF-16 units end so)
# is written by JSON.stringify as an escape. With ignore_errors DuckDB gives NULL for every column of that row, the
# other ones too; without it the whole file fails. A blank line gives no row, so the numbers of rows aren't those of lines.
# For Kraken: the loader replaces such halves before DuckDB reads them; otherwise accepted events would become rejects.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1
cat >ask.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
const cut = 'Title 😀'.slice(0, -1);
const lines = [{ site: 'a', title: 'Cat' }, { site: 'b', title: cut }, { site: 'c', title: 'Dog' }].map((row) => JSON.stringify(row));
console.log(`JSON.parse gives it back: ${JSON.parse(lines[1]).title === cut}`);
writeFileSync('events.ndjson', `${lines.slice(0, 2).join('\n')}\n\n${lines[2]}\n`);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const read = (errors) => `SELECT coalesce(site, 'null') || '/' || coalesce(title, 'null') FROM read_json('events.ndjson', format='newline_delimited', columns={site: 'VARCHAR', title: 'VARCHAR'}, ignore_errors=${errors})`;
console.log((await (await connection.run(read(true))).getRows()).flat().join(' '));
console.log(await connection.run(read(false)).then(() => 'read', () => 'refused'));
JS
seen="$(node ask.mjs)"
expected='JSON.parse gives it back: true
a/Cat null/null c/Dog
refused'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
