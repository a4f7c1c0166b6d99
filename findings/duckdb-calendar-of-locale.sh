#!/usr/bin/env bash
# @duckdb/node-api 1.5.5-r.5
# Expected: a session of an embedded database has the same defaults on every machine.
# Seen: its Calendar is that of the process's locale. Under th_TH it is the Buddhist one, so that the
# year of a TIMESTAMP WITH TIME ZONE is 2567 where it is 2024 elsewhere. It can't be given among the options of
# an instance ("the icu extension needs to be loaded"), though SET GLOBAL takes it a moment later.
# For Kraken: src/warehouses/lake/engine.ts sets TimeZone and Calendar; test:answers runs in other zones and locales.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.5-r.5
cat >ask.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const ask = async (sql) => String((await (await connection.run(sql)).getRows())[0][0]);
await connection.run("SET TimeZone = 'UTC'");
const year = "SELECT year(TIMESTAMPTZ '2024-03-01 00:00:00+00')";
const before = `${await ask("SELECT current_setting('Calendar')")} ${await ask(year)}`;
const option = await DuckDBInstance.create(':memory:', { Calendar: 'gregorian' }).then(() => 'taken', () => 'refused');
await connection.run("SET GLOBAL Calendar = 'gregorian'");
console.log(`${before}; as an option ${option}; set ${await ask("SELECT current_setting('Calendar')")} ${await ask(year)}`);
JS
seen="$(LC_ALL=th_TH.UTF-8 node ask.mjs; LC_ALL=en_US.UTF-8 node ask.mjs)"
expected='buddhist 2567; as an option refused; set gregorian 2024
gregorian 2024; as an option refused; set gregorian 2024'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
