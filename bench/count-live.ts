import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUR_MS } from '../src/core/time/time.ts';
import { openCounter } from '../src/live/open-counter.ts';
import { openFileLog } from '../src/log/files/open.ts';
import { METRICS } from '../src/metrics/index.ts';
import { pageviewsPerArticle } from '../src/metrics/pageviews-per-article.ts';
import { tableOf } from '../src/core/metric/metric-table.ts';
import { standardRules } from '../src/refine/standard-rules.ts';

/*
 * What counting of open periods costs: node dist/bench/count-live.js [VIEWS]. It prints the time of the processor for each view
 * that is read from the log, decided about and held, and the time of a question over them.
 */

const VIEWS = Number(process.argv[2] ?? 100_000);
const BATCH = 500;
const signal = new AbortController().signal;
const AGENTS = Array.from(
  { length: 300 },
  (_, i) =>
    `Mozilla/5.0 (X11; Linux x86_64; rv:${100 + (i % 50)}.0) Gecko/20100101 Firefox/${100 + (i % 50)}.${i}`,
);

const folder = await mkdtemp(join(tmpdir(), 'kraken-count-'));
const log = await openFileLog(join(folder, 'events'), 'a measurement');
const now = Date.now();
const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
for (let from = 0; from < VIEWS; from += BATCH) {
  const events = Array.from({ length: Math.min(BATCH, VIEWS - from) }, (_, k) => {
    const i = from + k;
    const meta = {
      stream: 'pageview',
      id: `${i}-0000-4000-8000-000000000000`,
      dt: new Date(Math.max(hour, now - i)).toISOString(),
    };
    return Buffer.from(
      JSON.stringify({
        meta,
        site: 'blog.example.net',
        path: `/articles/${Math.floor(i ** 0.7)}`,
        referrer: i % 3 === 0 ? 'https://www.google.com/' : `https://blog.example.net/articles/${i % 500}`,
        user_agent: AGENTS[i % AGENTS.length],
        language: 'en',
        address: `192.0.${i % 200}.${i % 250}`,
        no_cookies: i % 2 === 0,
        source: 'script',
      }),
    );
  });
  await log.append('pageview', events);
}
const open = await openCounter({
  lake: join(folder, 'lake'),
  log,
  rules: standardRules(),
  metrics: METRICS,
  clock: Date,
  maxRows: VIEWS + 1,
});
try {
  const before = process.cpuUsage();
  const begun = performance.now();
  while (open.counter.held < VIEWS) await open.counter.round(signal);
  const { user, system } = process.cpuUsage(before);
  const [cpu, ms] = [(user + system) / VIEWS, performance.now() - begun];
  process.stdout.write(
    `${VIEWS} views: ${cpu.toFixed(1)} µs of the processor each, ${((VIEWS / ms) * 1000).toFixed(0)} a second; ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB\n`,
  );
  const day = Math.floor(now / 86_400_000);
  for (const values of [['/articles/100'], undefined]) {
    const asked = {
      table: tableOf(pageviewsPerArticle),
      grain: 'daily' as const,
      first: day,
      last: day,
      where: [
        { column: 'project', values: ['blog.example.net'] },
        ...(values ? [{ column: 'article', values }] : []),
      ],
    };
    const times: string[] = [];
    for (let i = 0; i < 4; i++) {
      const from = performance.now();
      let rows = 0;
      for await (const { length } of open.numbers.tables.select(asked, signal)) rows += length;
      times.push(`${(performance.now() - from).toFixed(0)} ms (${rows} rows)`);
    }
    process.stdout.write(`${values ? 'one article' : 'all articles'}: ${times.join(', ')}\n`);
  }
} finally {
  await open.close();
  await log.close();
  await rm(folder, { recursive: true });
}
