/**
 * The memory of a gateway through long traffic over very many series, some asked for often and most of them hardly ever:
 *   npm run build && node dist/bench/zipf.js [--minutes 10] [--series 1000000] [--seed 1]
 * It fails if the memory at the end exceeds that of the middle by more than a tenth.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FIRST_MONTH, pathOf } from './compare/questions.ts';
import { run, pinSelf, whyNotPinned } from './measure/program.ts';
import { CLI, sentTo, startKraken } from './compare/servers.ts';
import { Random, Shares } from './day/random.ts';
import { articleTitle, writeArticleDays } from './generated-articles.ts';
import { load } from './measure/http-load.ts';
import { median } from './measure/numbers.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    series: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const series = Number(values.series);
const stretches = Number(values.minutes) * 6;
const STRETCH_S = 10;
/** The memory may vary by this share from the middle to the end. */
const TOLERANCE = 0.1;

const random = new Random(Number(values.seed));
const shares = Shares.zipf(series);

/** The memory of a process, in MiB. */
function residentMib(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kib) / 1024;
}

const unpinned = whyNotPinned();
if (unpinned === undefined) pinSelf();
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
try {
  const [rows, data] = [join(folder, 'rows.ndjson'), join(folder, 'data')];
  await writeArticleDays(rows, series, 1);
  run([process.execPath, CLI, 'import', 'pageviews-per-article', rows, '--data', data]);
  const server = await startKraken({ folder, isPinned: unpinned === undefined });
  const bytes = sentTo(server);
  const next = (): Buffer => bytes({ path: pathOf(articleTitle(shares.at(random.next())), FIRST_MONTH) });
  const resident: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const { answers, refused } = await load({
      origin: server.origin,
      connections: 16,
      next,
      seconds: STRETCH_S,
    });
    resident.push(residentMib(server.pid));
    if (refused > 0) throw new Error(`${refused} requests were refused`);
    if (stretch % 6 === 5)
      console.log(
        `after ${(stretch + 1) / 6} min: ${resident.at(-1)?.toFixed(0)} MiB, ${answers} answers in ${STRETCH_S} s`,
      );
  }
  await server.end();
  const third = Math.floor(stretches / 3);
  const [middle, end] = [median(resident.slice(third, 2 * third)), median(resident.slice(2 * third))];
  console.log(`${middle.toFixed(0)} MiB in the middle third, ${end.toFixed(0)} MiB in the last third`);
  if (end > middle * (1 + TOLERANCE)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
