#!/usr/bin/env bash
# @duckdb/node-api 1.5.5-r.5
# A file lies in year=2024/month=3/grain=daily/. Expected of read_parquet(hive_partitioning = true):
# SELECT * gives the columns of the file, then the partition columns in the order of the path, as Hive does.
# Seen: they come in the order of the alphabet. Rows that are inserted by place go into wrong columns.
# For Kraken: no statement of the lake says SELECT * over partition columns; the views name each of them.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.5-r.5
cat >ask.mjs <<'JS'
import { mkdirSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create(':memory:')).connect();
mkdirSync('t/year=2024/month=3/grain=daily', { recursive: true });
await connection.run("COPY (SELECT 7 AS views) TO 't/year=2024/month=3/grain=daily/a.parquet' (FORMAT parquet)");
const result = await connection.run("SELECT * FROM read_parquet('t/**/*.parquet', hive_partitioning = true)");
console.log(result.columnNames().join(' '), (await result.getRows())[0].join(' '));
JS
seen="$(node ask.mjs)"
expected='views grain month year 7 daily 3 2024'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
