import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuUsOf } from './measure/cpu.ts';
import { HttpConnection } from './measure/http-connection.ts';
import { median } from './measure/numbers.ts';
import { type Program, run, startProgram } from './measure/program.ts';

/*
 * Gateways of several checkouts, each of them built, over the same data and asked the same in turns:
 *   npm run build && node dist/bench/paired.js CHECKOUT... [--rounds N] [--requests N]
 * hot: one year of days, its answer cached. cold: a year of days of another article each time, nothing
 * cached. graphql: a query of 20 aliases, its cells cached. Given is the CPU time of the server for a request, and the share of GraphQL's that
 * is planning (from what is asked to a plan, to be charged or read by), by the CPU profiler. The first
 * checkout is what the others are compared with.
 */

const OWN = fileURLToPath(new URL('../..', import.meta.url));
const args = process.argv.slice(2);
const option = (name: string, byDefault: number): number => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? byDefault : Number(args.splice(at, 2)[1]);
};
const ROUNDS = option('rounds', 9);
const REQUESTS = option('requests', 2000);
const CONNECTIONS = 8;
const ARTICLES = 2000;

interface Gateway extends Program {
  readonly checkout: string;
}
type Kind = 'hot' | 'cold' | 'graphql';
/** How many requests of a kind take about the same time, as a share of `REQUESTS`. */
const SHARES: Readonly<Record<Kind, number>> = { hot: 5, cold: 1, graphql: 0.2 };

const pathOf = (article: number): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/Article_${article}/daily/20240101/20241231`;
const ALIASES = Array.from(
  { length: 20 },
  (_, i) =>
    `a${i}: pageviewsPerArticle(project: "en.wikipedia", article: "Article_${i}", start: "20240101", end: "20240131") { timestamps views }`,
);
const QUERY = `/graphql?query=${encodeURIComponent(`{ ${ALIASES.join(' ')} }`)}`;
/** Where planning begins, by the end of a file's name. */
const PLANNING: Readonly<Record<string, readonly string[]>> = {
  '/src/read/road.js': ['plan', 'planQuery'],
  '/src/api/graphql/cost.js': ['costOf'],
  '/src/api/graphql/question.js': ['questionOf'],
  '/src/api/graphql/plans.js': ['take'],
};

/** What a process does that waits, or starts. */
const IDLE = ['(idle)', '(program)', '(root)'];

const checkouts = args.length > 0 ? args : [OWN];
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
const started: Program[] = [];
/** CPU time of a query of GraphQL, by checkout. */
const graphqlUs = new Map<string, number>();
try {
  await load();
  const cold = await all(['--cell-cache-mb', '0', '--answer-cache-mb', '0']);
  await measure('cold', cold);
  await end(cold);
  const cached = await all([]);
  await measure('hot', cached);
  await measure('graphql', cached);
  await end(cached);
  for (const checkout of checkouts) await profile(checkout);
} finally {
  await end(started);
  await rm(folder, { recursive: true, force: true });
}

/** A year of days of many articles. */
async function load(): Promise<void> {
  const file = join(folder, 'rows.ndjson');
  const lines: string[] = [];
  for (let article = 0; article < ARTICLES; article++)
    for (let day = 0; day < 366; day++) {
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10).replaceAll('-', '');
      lines.push(
        `{"project":"en.wikipedia","article":"Article_${article}","granularity":"daily","timestamp":"${date}00","access":"all-access","agent":"user","views":${(article * 31 + day * 7919) % 5000}}`,
      );
    }
  await writeFile(file, `${lines.join('\n')}\n`);
  const cli = join(OWN, 'dist/src/cli.js');
  run([process.execPath, cli, 'import', 'pageviews-per-article', file, '--data', folder]);
}

async function all(flags: readonly string[]): Promise<Gateway[]> {
  const gateways: Gateway[] = [];
  for (const checkout of checkouts) gateways.push(await start(checkout, flags));
  return gateways;
}

async function start(
  checkout: string,
  flags: readonly string[],
  node: readonly string[] = [],
): Promise<Gateway> {
  const cli = join(checkout, 'dist/src/cli.js');
  const serve = [cli, 'serve', '--port', '0', '--admin-port', 'off', '--data', folder];
  const program = await startProgram([process.execPath, ...node, ...serve, ...flags]);
  started.push(program);
  return { checkout, ...program };
}

async function end(programs: readonly Program[]): Promise<void> {
  for (const program of programs) await program.end();
}

async function measure(kind: Kind, gateways: readonly Gateway[]): Promise<void> {
  const times = new Map(gateways.map(({ checkout }) => [checkout, [] as number[]]));
  for (let round = -1; round < ROUNDS; round++)
    // The order turns about, so that none is always the first.
    for (const gateway of round % 2 === 0 ? gateways : gateways.toReversed()) {
      const us = await ask(kind, gateway);
      // Until the code is compiled.
      if (round >= 0) times.get(gateway.checkout)?.push(us);
    }
  const [first] = times.values();
  for (const [checkout, own] of times) {
    if (kind === 'graphql') graphqlUs.set(checkout, median(own));
    const ratios = own.map((us, i) => us / (first?.[i] ?? NaN));
    process.stdout.write(
      `${kind} ${checkout}: ${median(own).toFixed(1)} µs of CPU a request, ${median(ratios).toFixed(3)} of the first's (medians of ${ROUNDS} rounds)\n`,
    );
  }
}

/** A machine with other work on it has a gateway turn requests away; they are made again. */
function isBusy(error: unknown): false {
  if (error instanceof Error && error.message.startsWith('HTTP/1.1 503')) return false;
  throw error;
}

/** @returns the server's CPU time for a request, in µs */
async function ask(kind: Kind, { origin, pid }: Gateway): Promise<number> {
  const requests = Math.ceil(REQUESTS * SHARES[kind]);
  let next = 0;
  const before = cpuUsOf(pid);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      let connection = await HttpConnection.open(origin);
      for (let i = next++; i < requests; i = next++) {
        const path = kind === 'graphql' ? QUERY : pathOf(kind === 'hot' ? 1 : (i * 48271 + 11) % ARTICLES);
        while (!(await connection.get(path).catch(isBusy))) {
          connection.close();
          await setTimeout(1000);
          connection = await HttpConnection.open(origin);
        }
      }
      connection.close();
    }),
  );
  return (cpuUsOf(pid) - before) / requests;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** How much of a query of GraphQL is planning, from the first one on. */
async function profile(checkout: string): Promise<void> {
  const kept = await mkdtemp(join(folder, 'profile-'));
  const gateway = await start(checkout, [], [`--cpu-prof-dir=${kept}`, '--cpu-prof']);
  for (let i = 0; i < 10; i++) await ask('graphql', gateway);
  await end([gateway]);
  const text = readFileSync(join(kept, readdirSync(kept)[0] as string), 'utf8');
  const { nodes, samples, timeDeltas } = JSON.parse(text) as Profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const planning = new Set<number>();
  const mark = (id: number): void => {
    planning.add(id);
    byId.get(id)?.children?.forEach(mark);
  };
  for (const { id, callFrame } of nodes) {
    const [, names] = Object.entries(PLANNING).find(([file]) => callFrame.url.endsWith(file)) ?? [];
    if (names?.includes(callFrame.functionName)) mark(id);
  }
  const idle = new Set(
    nodes.filter(({ callFrame }) => IDLE.includes(callFrame.functionName)).map(({ id }) => id),
  );
  const from = samples.findIndex((id) => planning.has(id));
  const timeIn = (isMeant: (id: number) => boolean): number =>
    samples.reduce((sum, id, i) => sum + (i >= from && isMeant(id) ? (timeDeltas[i] ?? 0) : 0), 0);
  const share = timeIn((id) => planning.has(id)) / timeIn((id) => !idle.has(id));
  const us = share * (graphqlUs.get(checkout) ?? NaN);
  process.stdout.write(
    `planning ${checkout}: ${(share * 100).toFixed(1)} % of it, ${us.toFixed(1)} µs a query\n`,
  );
}
