import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { articleTitle, writeArticleDays } from './generated-articles.ts';
import { cpuUsOf } from './measure/cpu.ts';
import { HttpConnection } from './measure/http-connection.ts';
import { median } from './measure/numbers.ts';
import { startProgram } from './measure/program.ts';

/*
 * The same build on several versions of Node, in turn:
 *   npm run build && node dist/bench/runtimes.js NODE NODE … [--rounds N] [--articles N]
 * NODE is the path of a runtime. Of each: hot, one URL from the answer cache; cold, every request
 * another article, nothing cached; GraphQL, 20 series by aliases from the cell cache; an import of
 * a year of every article. Requests are counted by the second of CPU that the gateway spends, so that
 * other work on the machine matters little (Linux only); rows by the second.
 */

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const option = (name: string, byDefault: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? byDefault : Number(process.argv[at + 1]);
};
const ROUNDS = option('rounds', 3);
const ARTICLES = option('articles', 500);
const NODES = process.argv
  .slice(2)
  .filter((text, i, all) => !text.startsWith('--') && !all[i - 1]?.startsWith('--'));
const DAYS = 365;
/** So many requests warm up a kind, and so many are counted. */
const COUNTS = { hot: 8000, cold: 1000, GraphQL: 200 };

const pathOf = (article: number): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${encodeURIComponent(articleTitle(article))}/daily/20230101/20231231`;
const fields = Array.from(
  { length: 20 },
  (_, i) =>
    `a${i}: pageviewsPerArticle(project: "en.wikipedia", article: ${JSON.stringify(articleTitle(i))}, access: ALL_ACCESS, agent: USER, grain: DAILY, start: "2023-01-01", end: "2023-12-31") { views }`,
);
const GRAPHQL = `/graphql?query=${encodeURIComponent(`{ ${fields.join(' ')} }`)}`;
const KINDS = ['hot', 'cold', 'GraphQL', 'import'] as const;

const rates = new Map<string, number[]>();
for (let round = 0; round < ROUNDS; round++) for (const node of NODES) await measure(node);
for (const node of NODES) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const shown = KINDS.map((kind) => `${kind} ${Math.round(median(rates.get(`${node} ${kind}`) ?? []))}/s`);
  console.log(`Node ${version}: ${shown.join(', ')} (medians of ${ROUNDS} rounds)`);
}

async function measure(node: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  const add = (kind: (typeof KINDS)[number], rate: number): void => {
    const key = `${node} ${kind}`;
    rates.set(key, [...(rates.get(key) ?? []), rate]);
  };
  try {
    const file = join(folder, 'rows.ndjson');
    const rows = await writeArticleDays(file, ARTICLES, DAYS);
    const importing = [CLI, 'import', 'pageviews-per-article', file, '--data', folder];
    const { stderr } = spawnSync(node, importing, { encoding: 'utf8' });
    const seconds = Number(/rows read in ([\d.]+) s/.exec(stderr)?.[1]);
    add('import', rows / seconds);
    await serving(node, folder, [], async (connection, pid) => {
      add('hot', await rateOf(connection, pid, COUNTS.hot, () => pathOf(0)));
      add('GraphQL', await rateOf(connection, pid, COUNTS.GraphQL, () => GRAPHQL));
    });
    await serving(
      node,
      folder,
      ['--cell-cache-mb', '0', '--answer-cache-mb', '0'],
      async (connection, pid) => {
        let asked = 0;
        add('cold', await rateOf(connection, pid, COUNTS.cold, () => pathOf(asked++ % ARTICLES)));
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function serving(
  node: string,
  data: string,
  flags: readonly string[],
  work: (connection: HttpConnection, pid: number) => Promise<void>,
): Promise<void> {
  const command = [CLI, 'serve', '--port', '0', '--admin-port', 'off', '--data', data, ...flags];
  const gateway = await startProgram([node, ...command]);
  try {
    const connection = await HttpConnection.open(gateway.origin);
    await work(connection, gateway.pid);
    connection.close();
  } finally {
    await gateway.end();
  }
}

/** Requests by the second of CPU, once the code is compiled. */
async function rateOf(
  connection: HttpConnection,
  pid: number,
  count: number,
  path: () => string,
): Promise<number> {
  const ask = async (): Promise<void> => {
    for (let i = 0; i < count; i++) await connection.get(path());
  };
  await ask();
  const before = cpuUsOf(pid);
  await ask();
  return (count * 1e6) / (cpuUsOf(pid) - before);
}
