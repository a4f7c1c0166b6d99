import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VIEW_TEXTS } from '../src/core/metric/view-events.ts';
import { HOUR_MS } from '../src/core/time/time.ts';
import { DuckdbViews } from '../src/refine/duckdb/duckdb-views.ts';
import { standardRules } from '../src/refine/standard-rules.ts';
import { allowMemory, Engine, execute } from '../src/warehouses/lake/engine.ts';
import { literal } from '../src/warehouses/lake/sql.ts';

/*
 * Refines some generated hours of requests, and has DuckDB copy the same raw rows to the same columns, without any
 * rule. Both are done in turns by one process:
 *   npm run build && node dist/bench/refine.js [--rows N] [--hours N]
 * Given are seconds and seconds of CPU for an hour, the quotient, and the most memory that the process had.
 */

const args = process.argv.slice(2);
const option = (name: string, byDefault: number): number => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? byDefault : Number(args[at + 1]);
};
const ROWS = option('rows', 400_000);
const HOURS = option('hours', 4);
const FIRST = Date.UTC(2026, 10, 29) / HOUR_MS;

interface Took {
  seconds: number;
  cpu: number;
}

const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
await mkdir(join(folder, '_tmp'));
const engine = await Engine.open(join(folder, '_tmp'), 1);
const { signal } = new AbortController();
try {
  await mkdir(join(folder, 'raw'));
  const maker = new DuckdbViews(engine, standardRules(), 7n);
  const key = new Uint8Array(32).fill(7);
  const before: string[] = [];
  const [refined, copied]: Took[] = [none(), none()];
  let views = 0;
  for (let nth = 0; nth < HOURS; nth++) {
    const hour = FIRST + nth;
    const raw = join(folder, 'raw', `${nth}.parquet`);
    await generate(raw, hour);
    const paths = { views: join(folder, `views-${nth}`), actors: join(folder, `actors-${nth}`) };
    const work = {
      hour,
      raw: { pageview: [], webrequest: [raw] },
      rows: ROWS,
      before: [...before],
      key,
      ...paths,
    };
    const made = await timed(refined as Took, () => maker.make(work, signal));
    before.push(paths.actors);
    views += made.rows;
    await timed(copied as Took, () => copy(raw, join(folder, 'copy')));
  }
  const show = (name: string, { seconds, cpu }: Took) =>
    console.log(
      `${name}: ${(seconds / HOURS).toFixed(2)} s, ${(cpu / HOURS).toFixed(2)} s of CPU for an hour`,
    );
  console.log(`${HOURS} hours of ${ROWS} rows, ${views} views`);
  show('refined', refined as Took);
  show('copied', copied as Took);
  const quotient = (of: keyof Took) => ((refined as Took)[of] / (copied as Took)[of]).toFixed(2);
  console.log(`quotient ${quotient('seconds')}, of CPU ${quotient('cpu')}`);
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
} finally {
  await engine.close();
  await rm(folder, { recursive: true });
}

function none(): Took {
  return { seconds: 0, cpu: 0 };
}

async function timed<T>(sum: Took, work: () => Promise<T>): Promise<T> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  sum.seconds += (performance.now() - started) / 1000;
  sum.cpu += (user + system) / 1e6;
  return result;
}

/** Writes the raw rows of an hour as the loader does: 12 sites, articles by about Zipf, a tenth of them no views. */
async function generate(to: string, hour: number): Promise<void> {
  const start = literal(new Date(hour * HOUR_MS).toISOString());
  await engine.use(signal, (connection) =>
    execute(
      connection,
      `COPY (
        SELECT {'id': md5(CAST(n AS VARCHAR)), 'dt': dt, 'domain': host, 'partition': 0, 'position': n} AS meta,
          'cp' || n % 7 AS hostname, n AS sequence, dt, address AS ip, CASE WHEN h % 10 = 0 THEN '404' ELSE '200' END AS http_status,
          5000 + h % 9000 AS response_size, 'GET' AS http_method, host AS uri_host, path AS uri_path,
          CASE WHEN h % 20 = 3 THEN '?utm=' || h % 50 ELSE '' END AS uri_query, 'text/html; charset=utf-8' AS content_type,
          CASE WHEN h % 5 < 2 THEN '-' WHEN h % 5 = 2 THEN 'https://www.google.com/' WHEN h % 5 = 3 THEN 'https://www.example.com/' || h % 300
            ELSE 'https://' || host || '/page/' || CAST(floor(pow(40000, (h % 1009) / 1009.0)) AS BIGINT) END AS referer,
          CASE WHEN h % 30 = 0 THEN 'Examplebot/' || h % 9 || ' (+https://bot.example.org/)'
            ELSE 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/' || person % 2000 || '.0.0.0 Safari/537.36' END AS user_agent,
          CASE person % 3 WHEN 0 THEN 'en-GB,en;q=0.9' WHEN 1 THEN 'de' ELSE 'fr-FR,fr;q=0.8,en;q=0.5' END AS accept_language,
          CASE person % 4 WHEN 0 THEN 'https=1;nocookies=1' WHEN 1 THEN 'https=1;ismobile=1' ELSE 'WMF-Last-Access=' || 10 + person % 18 || '-Nov-2026;https=1' END AS x_analytics
        FROM (
          SELECT n, h, person, strftime(CAST(${start} AS TIMESTAMP) + INTERVAL (n * 3599999 // ${ROWS}) MILLISECOND, '%Y-%m-%dT%H:%M:%S.%gZ') AS dt,
            'site' || person % 12 || '.example.net' AS host,
            '/page/' || CAST(floor(pow(100000, (h2 % 1000003) / 1000003.0)) AS BIGINT) AS path,
            '10.' || person % 200 || '.' || person // 200 % 250 || '.' || person % 251 AS address
          FROM (
            SELECT range AS n, hash(range + ${hour * 1_000_000}) AS h, hash(range * 31 + ${hour}) AS h2,
              CAST(hash(range // 5 + ${hour} * 77) % 300000 AS BIGINT) AS person
            FROM range(${ROWS})))
        ORDER BY dt
      ) TO ${literal(to)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
    ),
  );
}

/** What DuckDB alone takes: the raw rows as Parquet of the same columns. */
async function copy(from: string, to: string): Promise<void> {
  const given: Partial<Record<(typeof VIEW_TEXTS)[number], string>> = {
    project: 'uri_host',
    article: 'uri_path',
    agent_rule: 'user_agent',
    referer_host: 'referer',
    actor: 'ip',
    event_id: 'meta.id',
    dt: 'dt',
    source: `'webrequest'`,
    access: 'http_method',
    country: 'accept_language',
  };
  const columns = VIEW_TEXTS.map((name) => `${given[name] ?? `''`} AS "${name}"`);
  await engine.use(signal, async (connection) => {
    await allowMemory(connection, true);
    const rows = `read_parquet(${literal(from)})`;
    await execute(
      connection,
      `COPY (SELECT ${columns.join(', ')} FROM ${rows}) TO ${literal(to)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
    );
  });
}
