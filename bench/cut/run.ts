/**
 * Real clients of streams, in many languages, follow a gateway through a proxy that cuts their connections again and
 * again, while views come in, are loaded, compacted, refined and corrected, and the gateway is stopped or killed and
 * started again. In the end each must have what REST gives, and must have been told each thing once.
 * `node dist/bench/cut/run.js [--clients 200] [--minutes 5] [--seed 1] [--only eventsource,okhttp] [--life 15]
 *  [--restart 40] [--tools FOLDER]`
 * --life is the mean time that a connection lives, --restart the time between two restarts, in seconds. What the
 * clients need is installed into --tools by pip, go and mvn; a client that can't be is left out, and said.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openRawReader } from '../../src/raw/open-loader.ts';
import { randomOf } from '../../test/support/random.ts';
import { Cutter } from './cutter.ts';
import { Followers } from './followers.ts';
import { KINDS, type Command, type Kind } from './kinds.ts';
import { HOURS, Listener, questions, restRows } from './questions.ts';
import { reportOf } from './report.ts';
import { Served } from './served.ts';
import { Views } from './views.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    life: { type: 'string', default: '15' },
    restart: { type: 'string', default: '40' },
    tools: { type: 'string' },
  },
});
/** How long clients may take to catch up in the end: some wait longer after each failure. */
const CATCH_UP_MS = 180_000;

const random = randomOf(Number(values.seed));
const tools = values.tools ?? (await mkdtemp(join(tmpdir(), 'kraken-cut-tools-')));
const served = new Served();
const views = new Views(() => served.api, random);
const listeners: Listener[] = [];
const followers = new Map<string, Followers>();
let cutter: Cutter | undefined;
try {
  const ready = await prepared();
  await served.start();
  const { hostname, port } = new URL(served.api);
  cutter = await Cutter.start({
    host: hostname,
    port: Number(port),
    random,
    lifeMs: Number(values.life) * 1000,
  });
  await views.now(5);
  await views.late(5);
  const asked = questions(Date.now());
  const each = Math.ceil(Number(values.clients) / ready.length);
  for (const [kind, command] of ready) {
    const own = Array.from(
      { length: Math.min(each, Number(values.clients) - listeners.length) },
      (_, i) => new Listener(kind.name, asked[i % asked.length] as (typeof asked)[number]),
    );
    if (own.length === 0) continue;
    listeners.push(...own);
    followers.set(kind.name, new Followers(command, cutter.url, own));
  }
  console.log(`${listeners.length} clients of ${followers.size} kinds follow ${asked.length} questions`);
  const loaded = await disturb(Date.now() + Number(values.minutes) * 60_000);
  cutter.cuts = false;
  const differences = await caughtUp(asked.flatMap(({ answers }) => answers));
  console.log(reportOf(listeners, differences).join('\n'));
  for (const [name, { ended }] of followers) if (ended !== undefined) console.log(`${name} ended: ${ended}`);
  console.log(
    JSON.stringify({
      ...views.sent,
      ...served.counts,
      ...cutter.counts,
      ...cutter.refusals,
      ...loaded,
      counted: await counted(),
    }),
  );
  for (const complaint of new Set(served.complaints)) console.log(`complaint: ${complaint}`);
} finally {
  await Promise.all([...followers.values()].map((one) => one.end()));
  await cutter?.close();
  await served.end();
  if (values.tools === undefined) await rm(tools, { recursive: true, force: true });
}
// Pipes of a browser that was killed may still be open.
process.exit();

/** Installs the clients. */
async function prepared(): Promise<(readonly [Kind, Command])[]> {
  const ready: (readonly [Kind, Command])[] = [];
  const only = values.only?.split(',');
  for (const kind of KINDS) {
    if (only && !only.includes(kind.name)) continue;
    try {
      ready.push([kind, await kind.prepare(tools)]);
    } catch (error) {
      console.log(`SKIPPED: ${kind.name} can't be installed here: ${(error as Error).message.slice(0, 500)}`);
    }
  }
  if (ready.length === 0) throw new Error('no client can be tried');
  return ready;
}

/** Lets views come in, and ends and starts the gateway. @returns what the loader did until then */
async function disturb(untilMs: number): Promise<object> {
  const loading = openRawReader(served.lake, 'webrequest');
  const compacted = new Set<string>();
  let commits = 0;
  const repeat = async (pauseMs: () => number, act: () => Promise<unknown>): Promise<void> => {
    while (Date.now() < untilMs) {
      await act();
      await sleep(Math.min(pauseMs(), Math.max(0, untilMs - Date.now())));
    }
  };
  await Promise.all([
    repeat(
      () => 300 + random() * 600,
      () => views.now(1 + Math.floor(random() * 3)),
    ),
    repeat(
      () => 3000 + random() * 4000,
      () => views.late(1 + Math.floor(random() * 3)),
    ),
    repeat(
      () => 500,
      async () => {
        const manifest = await loading.manifest();
        commits = manifest?.commits ?? 0;
        for (const { files } of manifest?.hours.values() ?? [])
          for (const file of files) if (file.compacted) compacted.add(file.path);
      },
    ),
    (async () => {
      for (;;) {
        await sleep(Number(values.restart) * 1000 * (0.5 + random()));
        if (Date.now() > untilMs) return;
        await served.restart(random() < 0.5 ? 'SIGTERM' : 'SIGKILL', random() * 3000);
      }
    })(),
  ]);
  return { commits, compacted: compacted.size };
}

/** Waits until all clients have what REST gives. @returns how each of the others differs */
async function caughtUp(paths: readonly string[]): Promise<Map<Listener, string[]>> {
  const end = Date.now() + CATCH_UP_MS;
  for (;;) {
    await sleep(3000);
    const rest = new Map<string, Awaited<ReturnType<typeof restRows>>>();
    for (const path of new Set(paths)) rest.set(path, await restRows(served.api, path));
    const different = new Map<Listener, string[]>();
    for (const listener of listeners) {
      const lines = listener.differences(rest);
      if (lines.length > 0) different.set(listener, lines);
    }
    if (different.size === 0 || Date.now() > end) return different;
  }
}

/** How many views REST counts in the hours that were sent. */
async function counted(): Promise<number> {
  const rows = await restRows(served.api, HOURS.replace('-1d/', '-3d/'));
  return rows.reduce((sum, { views: count }) => sum + Number(count), 0);
}
