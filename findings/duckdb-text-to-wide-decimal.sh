#!/usr/bin/env bash
# @duckdb/node-api 1.5.6-r.1
# Expected: reading text as DECIMAL costs about the same whatever the declared precision; a wide one a few times as much.
# Seen: from 19 digits on (a DECIMAL that is held in 128 bits) it takes some hundred times as long as up to 18, for
# the same short texts: seconds for 200,000 values that are read as DECIMAL(18,3) or as DOUBLE in well under a tenth of one.
# For Kraken: decimals are added as whole units in 64 bits (src/core/value/decimal-sum.ts), never by a cast of text to a wide DECIMAL.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1
cat >ask.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
await connection.run("CREATE TABLE texts AS SELECT ((i * 7919 % 1000000000) / 1000)::DECIMAL(12,3)::VARCHAR AS text FROM range(200000) r(i)");
const time = async (type) => {
  const started = performance.now();
  const [[sum]] = await (await connection.run(`SELECT sum(text::${type})::VARCHAR FROM texts`)).getRows();
  return { sum, took: performance.now() - started };
};
await time('DECIMAL(18,3)');
const narrow = await time('DECIMAL(18,3)');
const wide = await time('DECIMAL(19,3)');
console.error(`DECIMAL(18,3) ${narrow.took.toFixed(0)} ms, DECIMAL(19,3) ${wide.took.toFixed(0)} ms`);
console.log(`the same sum: ${narrow.sum === wide.sum}; more than 20 times as long: ${wide.took > 20 * narrow.took}`);
JS
seen="$(node ask.mjs)"
expected='the same sum: true; more than 20 times as long: true'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
