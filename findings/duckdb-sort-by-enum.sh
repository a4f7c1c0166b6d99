#!/usr/bin/env bash
# DuckDB 1.5.5 (@duckdb/node-api 1.5.5-r.5), Node 20
# Expected: sorting ten rows by a column of an ENUM costs the same however many values the ENUM has: its values are numbers,
# and their order is that of the numbers.
# Seen: each statement that sorts by the column costs in proportion to all values of the ENUM, 0.5 s of CPU with 200,000 of
# them, also without reading a row of the rest. Sorting by enum_code(column), which gives the same order, costs 1 ms.
# (The types of sort keys are written as text and parsed again: duckdb/duckdb#25783.) So an ENUM, which makes a column
# cheaper to compare, makes many small statements dearer.
# For Kraken: sort-keys.ts of src/warehouses/lake sorts by the numbers.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.5-r.5 >/dev/null
cat >try.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
for (const values of [2000, 200000]) {
  await connection.run(`CREATE TYPE name_${values} AS ENUM (SELECT 'x' || i FROM range(${values}) AS t(i))`);
  await connection.run(`CREATE TABLE ten_${values} AS SELECT ('x' || i)::name_${values} AS name, i FROM range(10) AS t(i)`);
  const cpuMs = async (by) => {
    const took = [];
    for (let round = 0; round < 5; round++) {
      const before = process.cpuUsage();
      await connection.runAndReadAll(`SELECT i FROM ten_${values} ORDER BY ${by}`);
      const { user, system } = process.cpuUsage(before);
      took.push((user + system) / 1000);
    }
    return Math.min(...took);
  };
  const ratio = (await cpuMs('name')) / (await cpuMs('enum_code(name)'));
  console.log(`${values} values: ${ratio > 50 ? 'more than 50 times' : 'less than 50 times'} the CPU of enum_code`);
}
JS
seen="$(node try.mjs)"
printf '%s\n' "$seen"
[[ "$seen" == '2000 values: less than 50 times the CPU of enum_code
200000 values: more than 50 times the CPU of enum_code' ]] || { echo 'CHANGED' >&2; exit 1; }
