/**
 * How long requests wait while a gateway isn't saturated, on hits and on misses:
 *   npm run build && node dist/bench/latency.js [--seconds 10] [--share 0.7] [--rounds 3] [--articles 2000]
 * First the rate at which it is saturated is found, then a share of that rate is sent, each request when it is due.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cold, FIRST_MONTH, hot, type Requests } from './compare/questions.ts';
import { prepare, sentTo, startKraken, UNCACHED } from './compare/servers.ts';
import { load } from './measure/http-load.ts';
import { median } from './measure/numbers.ts';
import { pinSelf, whyNotPinned } from './measure/program.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    share: { type: 'string', default: '0.7' },
    rounds: { type: 'string', default: '3' },
    articles: { type: 'string', default: '2000' },
  },
});
const seconds = Number(values.seconds);
const share = Number(values.share);
const articles = Number(values.articles);
const WARM_S = 5;
const CONNECTIONS = 16;

interface Kind {
  readonly name: string;
  readonly flags: readonly string[];
  readonly requests: Requests;
}
const KINDS: readonly Kind[] = [
  { name: 'hits', flags: [], requests: hot },
  { name: 'misses, 31 points', flags: UNCACHED, requests: cold(FIRST_MONTH, articles) },
];

const unpinned = whyNotPinned();
if (unpinned === undefined) pinSelf();
else console.log(`Servers and load share the cores: ${unpinned}.`);
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
try {
  const setup = { folder, isPinned: unpinned === undefined };
  await prepare(setup, articles);
  for (const { name, flags, requests } of KINDS) {
    const server = await startKraken(setup, flags);
    const bytes = sentTo(server);
    let sent = 0;
    const base = {
      origin: server.origin,
      connections: CONNECTIONS,
      next: () => bytes(requests(sent++)),
    };
    await load({ ...base, seconds: WARM_S });
    const p99: number[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const { rate: most } = await load({ ...base, seconds: 2 });
      const steady = await load({ ...base, seconds, pace: most * share });
      p99.push(steady.p99);
      console.log(
        `${name}: ${most.toFixed(0)}/s at most; of ${steady.answers + steady.refused} at ${steady.rate.toFixed(0)}/s, ` +
          `p50 ${steady.p50.toFixed(2)} ms, p99 ${steady.p99.toFixed(2)} ms, ${steady.refused} refused`,
      );
    }
    console.log(`${name}: p99 ${median(p99).toFixed(2)} ms (median of ${p99.length} rounds)`);
    await server.end();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
