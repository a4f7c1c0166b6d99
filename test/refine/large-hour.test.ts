import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOUR_MS } from '../../src/core/time/time.ts';
import { DuckdbViews } from '../../src/refine/duckdb/duckdb-views.ts';
import { standardRules } from '../../src/refine/standard-rules.ts';
import { Engine, execute } from '../../src/warehouses/lake/engine.ts';
import { literal } from '../../src/warehouses/lake/sql.ts';
import { BROWSER } from './lake.ts';

const HOUR = Date.UTC(2026, 10, 29, 11) / HOUR_MS;
/** More than DuckDB gives to one thread. */
const ROWS = 260_000;

void test('a large hour, which two threads make, has the same bytes as one of a single thread', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-large-hour-'));
  const engine = await Engine.open(folder, 1);
  const { signal } = new AbortController();
  try {
    const raw = join(folder, 'raw.parquet');
    await engine.use(signal, (connection) =>
      execute(
        connection,
        `COPY (SELECT {'id': md5(CAST(n AS VARCHAR)), 'dt': '2026-11-29T11:59:59Z'} AS meta, '200' AS http_status, 'GET' AS http_method,
           strftime(make_timestamp(${HOUR * HOUR_MS}000 + n * 7919 % 3600000 * 1000), '%Y-%m-%dT%H:%M:%S.%gZ') AS dt,
           'blog.example.net' AS uri_host, '/' || n % 5000 AS uri_path, 'text/html' AS content_type,
           '192.0.2.' || n % 251 AS ip, ${literal(BROWSER)} || n % 17 AS user_agent
         FROM range(${ROWS}) r(n)) TO ${literal(raw)} (FORMAT parquet)`,
      ),
    );
    const maker = new DuckdbViews(engine, standardRules(), 7n);
    const digests: string[] = [];
    for (const rows of [0, ROWS, ROWS]) {
      const [views, actors] = [join(folder, 'views'), join(folder, 'actors')];
      const files = { pageview: [], webrequest: [raw] };
      const work = { hour: HOUR, raw: files, rows, before: [], key: new Uint8Array(32), views, actors };
      const made = await maker.make(work, signal);
      assert.equal(made.rows, ROWS);
      digests.push(
        createHash('sha256')
          .update(await readFile(views))
          .digest('hex'),
      );
    }
    assert.equal(new Set(digests).size, 1);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true });
  }
});
