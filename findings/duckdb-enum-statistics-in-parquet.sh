#!/usr/bin/env bash
# DuckDB 1.5.5 (@duckdb/node-api 1.5.5-r.5), Node 20
# Expected: a sorted column of an ENUM that is copied to Parquet has, in each row group, the least and the greatest of the
# group's own values as its statistics, as the same column of texts has: by these, readers skip row groups.
# Seen: each row group says the least and the greatest of all values of the ENUM, though it has few of them. The answers
# are right, but no row group is skipped any more, by any reader.
# For Kraken: rows are sorted as numbers of their texts, and cast to VARCHAR before they are written
# (mergedRows of src/warehouses/lake/merge.ts); test/warehouses/duckdb/row-groups.test.ts reads the statistics.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.5-r.5 >/dev/null
cat >try.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`CREATE TABLE days AS
  SELECT strftime(DATE '2023-01-01' + CAST(i // 1000 AS INTEGER), '%Y%m%d') AS day FROM range(365000) AS all_rows(i)`);
await connection.run('CREATE TYPE day_of_year AS ENUM (SELECT DISTINCT day FROM days ORDER BY day)');
for (const type of ['VARCHAR', 'day_of_year']) {
  const file = `${type}.parquet`;
  await connection.run(`COPY (SELECT day::${type} AS day FROM days ORDER BY day) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 61440)`);
  const groups = await connection.runAndReadAll(
    `SELECT stats_min_value, stats_max_value FROM parquet_metadata('${file}') ORDER BY row_group_id LIMIT 2`,
  );
  console.log(type, groups.getRowsJson().map(([least, greatest]) => `${least}..${greatest}`).join(' '));
}
JS
seen="$(node try.mjs)"
printf '%s\n' "$seen"
[[ "$seen" == 'VARCHAR 20230101..20230303 20230303..20230503
day_of_year 20230101..20231231 20230101..20231231' ]] || { echo 'CHANGED' >&2; exit 1; }
