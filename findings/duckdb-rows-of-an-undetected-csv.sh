#!/usr/bin/env bash
# DuckDB 1.5.5 (@duckdb/node-api 1.5.5-r.5), Node 20
# Expected: how many rows the planner takes a CSV file to have depends on the file; who tells the columns, so that nothing
# need be detected, gets the same plan as who lets them be detected.
# Seen: with auto_detect=false the planner takes a file of a million rows (12 MB) for one of 42. It then joins it to a
# table of 800 rows from the wrong side: the file's rows are put into the hash table, all of them in memory, and the
# rows of the result aren't in the file's order. With detection it says 1,175,139 rows, and builds from the 800.
# For Kraken: read-file.ts of src/dumps turns the choice of sides off, a fifth of the CPU for five million lines;
# staged-file.ts of src/warehouses/lake looks texts up by a cast to an ENUM, and joins nothing.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.5-r.5 >/dev/null
cat >try.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
const lines = Array.from({ length: 1_000_000 }, (_, i) => `w${(i * 7919) % 800},${i}\n`);
writeFileSync('lines.csv', lines.join(''));
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`CREATE TABLE codes AS SELECT 'w' || i AS code, i AS number FROM range(800) AS t(i)`);
for (const [name, options] of [
  ['detected', `header = false, names = ['code', 'n']`],
  ['told', `header = false, auto_detect = false, delim = ',', columns = {code: 'VARCHAR', n: 'VARCHAR'}`],
]) {
  const rows = `SELECT n, number FROM read_csv('lines.csv', ${options}) JOIN codes USING (code)`;
  const plan = (await connection.runAndReadAll(`EXPLAIN (FORMAT json) ${rows}`)).getRows()[0][1];
  const scans = [...plan.matchAll(/"name": "(READ_CSV|SEQ_SCAN)\s*"[\s\S]*?"Estimated Cardinality": "(\d+)"/g)];
  // The second side of a hash join is the one that is put into the hash table.
  console.log(`${name}: ${scans.map(([, scan, estimated]) => `${scan} of ${estimated} rows`).join(', in the hash table ')}`);
}
JS
seen="$(node try.mjs)"
printf '%s\n' "$seen"
[[ "$seen" == 'detected: READ_CSV of 1175139 rows, in the hash table SEQ_SCAN of 800 rows
told: SEQ_SCAN of 800 rows, in the hash table READ_CSV of 42 rows' ]] || { echo 'CHANGED' >&2; exit 1; }
