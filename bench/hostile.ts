import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSampleGateway } from './sample-gateway.ts';

/*
 * What a gateway holds when every question is chosen to fill a cache: long URLs, queries that are never
 * asked twice, ranges that overlap, every form and compression. It prints the most memory that the
 * process held, and what it holds afterwards.
 *   npm run build && node dist/bench/hostile.js [--questions 200000] [--connections 16] [--cli PATH]
 * --cli is the command to run, that of another checkout's build for instance: OTHER/dist/src/cli.js.
 */

const option = (name: string, byDefault: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? byDefault : (process.argv[at + 1] as string);
};
const QUESTIONS = Number(option('questions', '200000'));
const CONNECTIONS = Number(option('connections', '16'));
const CLI = option('cli', fileURLToPath(new URL('../src/cli.js', import.meta.url)));
const CACHE_MB = '64';
const LOOK_MS = 250;
const SETTLED_MS = 5_000;
/** The sample has years of months of them. */
const ARTICLES = [
  'Black_Panther_(film)',
  'Joker_(2019_film)',
  'Interstellar_(film)',
  'Spectre_(2015_film)',
  'The_Revenant_(2015_film)',
  'Blade_Runner_2049',
  'Dunkirk_(2017_film)',
  'Tenet_(film)',
  'No_Time_to_Die',
  'Dune_(2021_film)',
  'The_Dark_Knight_(film)',
  'Moonlight_(2016_film)',
];

interface Asked {
  readonly path: string;
  readonly body?: string;
  readonly compression?: string;
}

/** The n-th question of each kind: no two are equal. */
const KINDS: Readonly<Record<string, (n: number) => Asked>> = {
  'long titles': (n) => ({ path: articlePath(`${n}_${'x'.repeat(900)}`, '20150701', '20221231') }),
  'unknown options': (n) => ({
    path: `${articlePath('Cat', '20150701', '20150801')}?${'y'.repeat(4000)}=${n}`,
  }),
  'ranges of a series': (n) => ({ path: `${seriesPath(n)}?shape=columns`, compression: 'br, gzip' }),
  'ranges as pictures': (n) => ({ path: `${seriesPath(n)}?format=svg`, compression: 'gzip' }),
  'ranges as tables': (n) => ({ path: `${seriesPath(n)}?format=csv&time=iso`, compression: 'gzip' }),
  'rows by key': (n) => ({ path: '/query', body: JSON.stringify(question(n, 'en.wikipedia')) }),
  'rows by SQL': (n) => ({
    path: '/query',
    body: JSON.stringify(question(n, { prefix: `e${n % 2 ? '' : 'n'}` })),
  }),
  'deep bodies': (n) => ({ path: '/query', body: `${'['.repeat(60)}${n}${']'.repeat(60)}` }),
  'GraphQL documents': (n) => ({ path: '/graphql', body: JSON.stringify({ query: document(n) }) }),
  'GraphQL variables': (n) => ({
    path: '/graphql',
    body: JSON.stringify({
      query:
        'query ($a: String!) { pageviewsAggregate(project: $a, start: "2016-01-01", end: "2022-12-31") { views } }',
      variables: { a: `${n}${'z'.repeat(100_000)}` },
    }),
  }),
  'values of a dimension': (n) => ({
    path: `/catalogue/pageviews-per-article/values/article?prefix=${n}${'q'.repeat(2000)}`,
  }),
  'Limn files': (n) => ({
    path: `/limn/data/datafiles/pageviews~per-article~en.wikipedia~desktop~user~${articles(n).join('!7C')}~monthly~${range(n).join('~')}.csv?name=${n}`,
  }),
  pages: (n) => ({ path: `/docs/limits?${'w'.repeat(3000)}=${n}`, compression: 'br' }),
};

function range(n: number): [string, string] {
  const start = Date.UTC(2015, 6 + (n % 40), 1);
  const end = Date.UTC(2019, Math.floor(n / 40) % 45, 1);
  return [dayOf(start), dayOf(end)];
}

/** Some of the articles, others for each n of a few thousand. */
function articles(n: number): string[] {
  const chosen = 1 + ((n * 7919) % 4095);
  return ARTICLES.filter((_, i) => (chosen & (1 << i)) !== 0);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
}

function seriesPath(n: number): string {
  return articlePath(articles(n).join('|'), ...range(n));
}

function articlePath(article: string, start: string, end: string): string {
  return `/metrics/pageviews/per-article/en.wikipedia/desktop/user/${article}/monthly/${start}/${end}`;
}

function question(n: number, project: unknown): object {
  const [start, end] = range(n).map((day) => day.replace(/(....)(..)(..)/, '$1-$2-$3'));
  return {
    metric: 'pageviews-per-article',
    where: { project, agent: 'user', access: 'desktop', article: articles(n) },
    grain: 'monthly',
    range: [start, end],
    limit: 10_000,
  };
}

/** About 20 kB, so that few documents fill a cache. */
function document(n: number): string {
  const [start, end] = range(n).map((day) => day.replace(/(....)(..)(..)/, '$1-$2-$3'));
  const fields = Array.from(
    { length: 100 },
    (_, i) =>
      `a${i}_${n}: pageviewsAggregate(project: "${i}.wikipedia", grain: DAILY, start: "${start}", end: "${end}") { timestamps views }`,
  );
  return `{ ${fields.join('\n')} }`;
}

const caches = ['--cell-cache-mb', CACHE_MB, '--answer-cache-mb', CACHE_MB];
const gateway = await startSampleGateway(CLI, [...caches, '--log-level', 'info']);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
try {
  const start = memory();
  let most = 0;
  const look = setInterval(() => (most = Math.max(most, memory())), LOOK_MS);
  const statuses = new Map<string, Map<number, number>>();
  const kinds = Object.entries(KINDS);
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < QUESTIONS) {
        const n = next++;
        const [kind, make] = kinds[n % kinds.length] as (typeof kinds)[number];
        const status = await ask(gateway.api, make(Math.floor(n / kinds.length)));
        const ofKind = statuses.get(kind) ?? new Map<number, number>();
        statuses.set(kind, ofKind.set(status, (ofKind.get(status) ?? 0) + 1));
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  await pause(SETTLED_MS);
  clearInterval(look);
  for (const [kind, ofKind] of statuses) {
    console.log(
      `${kind.padEnd(24)} ${[...ofKind].map(([status, count]) => `${status}: ${count}`).join(', ')}`,
    );
  }
  console.log(
    `${QUESTIONS} questions in ${seconds.toFixed(0)} s: ${start} MiB at the start, ${most} MiB at most, ${memory()} MiB afterwards`,
  );
} finally {
  agent.destroy();
  await gateway.end();
}

/** What the process holds in the machine's memory, in MiB. */
function memory(): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1]) / 1024);
}

function ask(api: string, { path, body, compression = 'identity' }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'accept-encoding': compression,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    request(`${api}${path}`, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      response
        .resume()
        .on('end', () => resolve(response.statusCode ?? 0))
        .on('error', reject);
    })
      .on('error', reject)
      .end(body);
  });
}
