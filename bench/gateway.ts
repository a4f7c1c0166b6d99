/**
 * The gateway against a bare node:http server that sends the same bytes with the same headers, in turns:
 *   npm run build && node dist/bench/gateway.js [--seconds N] [--rounds N] [--articles N]
 * hot: one URL again and again, from the answer cache. cold: every request another article, and
 * nothing cached. `npm run bench` has more contenders.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './compare/compare.ts';
import { CONTENDERS } from './compare/contenders.ts';
import type { Took } from './compare/rounds.ts';
import { median } from './measure/numbers.ts';
import { pinSelf, whyNotPinned } from './measure/program.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '7' },
    articles: { type: 'string', default: '2000' },
  },
});
const NAMES: Readonly<Record<string, string>> = {
  'limit: node:http, finished answer, 31 points': 'bare',
  'hit, 31 points': 'hot',
  'cold, 31 points': 'cold',
};
const rounds = Number(values.rounds);
const unpinned = whyNotPinned();
if (unpinned === undefined) pinSelf();
else console.log(`Servers and load share the cores: ${unpinned}.`);
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
try {
  const { took } = await compare(
    CONTENDERS.filter(({ name }) => name in NAMES),
    {
      setup: { folder, isPinned: unpinned === undefined },
      rounds,
      length: { seconds: Number(values.seconds) },
      articles: Number(values.articles),
      onRound: (round, results) => {
        const shown = [...results].map(
          ([name, { rate, cpuUs }]) =>
            `${NAMES[name]} ${rate.toFixed(0)}/s, ${cpuUs.toFixed(1)} µs of CPU each`,
        );
        console.log(`round ${round + 1}: ${shown.join('; ')}`);
      },
      onSkipped: () => undefined,
    },
  );
  const [bare = [], ...others] = took.values();
  for (const [i, name] of ['hot', 'cold'].entries()) {
    const own = others[i] ?? [];
    const share = (of: (one: Took, base: Took) => number): string =>
      median(own.map((one, round) => of(one, bare[round] as Took))).toFixed(2);
    const byRate = share((one, base) => one.rate / base.rate);
    const byCpu = share((one, base) => base.cpuUs / one.cpuUs);
    console.log(
      `${name}, of bare node:http: ${byRate} by requests/s, ${byCpu} by CPU (medians of ${rounds} rounds)`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
