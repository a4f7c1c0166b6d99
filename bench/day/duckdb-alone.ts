/**
 * Runs duckdb-alone.sql over the raw requests of a lake, by a DuckDB as Kraken has it: two threads.
 * `node dist/bench/day/duckdb-alone.js LAKE OUT`
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { nodeDisk } from '../../src/disk/node-disk.ts';
import { RawReader } from '../../src/raw/raw-reader.ts';

const [lake = '', out = ''] = process.argv.slice(2);
const reader = new RawReader(nodeDisk, join(lake, 'raw', 'webrequest'));
const manifest = await reader.manifest();
if (!manifest) throw new Error(`${lake} has no raw requests`);
const hours = await reader.hours(manifest);
const files = [...hours.values()].flatMap((hour) => hour.files.map(({ path }) => join(reader.folder, path)));
await mkdir(out, { recursive: true });
// The build doesn't copy SQL.
const path = new URL(
  import.meta.url.includes('/dist/') ? '../../../bench/day/duckdb-alone.sql' : 'duckdb-alone.sql',
  import.meta.url,
);
const text = (await readFile(path, 'utf8'))
  .replaceAll('{raw}', `[${files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ')}]`)
  .replaceAll('{out}', out.replaceAll("'", "''"));
const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
for (const statement of text.split(/;\s*(?:\n|$)/)) {
  const sql = statement.replaceAll(/^--.*$/gm, '').trim();
  if (sql === '') continue;
  const started = performance.now();
  const cpu = process.cpuUsage();
  await connection.run(sql);
  const { user, system } = process.cpuUsage(cpu);
  const [, name] = /\/([\w-]+)\.parquet' \(/.exec(sql) ?? [];
  const seconds = (performance.now() - started) / 1000;
  console.error(`${name}: ${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU`);
}
connection.closeSync();
instance.closeSync();
