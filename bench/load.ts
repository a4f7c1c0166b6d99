/**
 * How fast the loader brings events of a log into a committed hour, and how long an event takes from being collected to
 * being in a committed hour. The log is the embedded one, or a Kafka; the topics of a Kafka stay there.
 * `node dist/bench/load.js [--log kafka://HOST:PORT] [--group 2000] [--events 1000000] [--bytes 400] [--rate 2000] [--seconds 30] [--folder FOLDER]`
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openEventLog, openEventLogReader } from '../src/config/engines.ts';
import { manifestFromText } from '../src/raw/manifest.ts';
import { openLoader } from '../src/raw/open-loader.ts';
import { runLoader } from '../src/raw/run-loader.ts';
import { PAGEVIEW } from '../src/streams/pageview.ts';
import { quantile } from './measure/numbers.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    bytes: { type: 'string', default: '400' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '30' },
    folder: { type: 'string', default: tmpdir() },
    log: { type: 'string' },
    // How many events are appended at once to be loaded. Collectors group what comes at the same time.
    group: { type: 'string', default: '2000' },
  },
});
const bytes = Number(values.bytes);
const BATCH = 10;
/** A log of its own. */
function logIn(folder: string): string {
  return values.log === undefined
    ? `files:${join(folder, 'log')}`
    : `${values.log}/bench${randomBytes(4).toString('hex')}?replication=1`;
}

function eventOf(number: number, dt: string): Buffer {
  const event = {
    meta: { stream: 'pageview', id: randomUUID(), dt, domain: 'example.org' },
    site: 'example.org',
    path: `/wiki/Page_${(number * 7919) % 50_000}`,
    referrer: `https://www.example.com/some/page/${number % 1000}`,
    user_agent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/${100 + (number % 40)}.0`,
    language: 'en-US,en;q=0.5',
    address: `10.${number % 200}.${(number >> 8) % 256}.${(number >> 16) % 256}`,
  };
  const text = JSON.stringify(event);
  const title = 'x'.repeat(Math.max(0, bytes - text.length - 11));
  return Buffer.from(`${text.slice(0, -1)},"title":"${title}"}`);
}

async function throughput(folder: string): Promise<void> {
  const total = Number(values.events);
  const address = logIn(folder);
  const log = await openEventLog(address, 'a benchmark');
  const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString().slice(0, 14);
  for (let done = 0; done < total;) {
    const batch = Array.from({ length: Math.min(Number(values.group), total - done) }, (_, index) =>
      eventOf(
        done + index,
        `${hour}${String(Math.floor((done * 3600) / total / 60)).padStart(2, '0')}:00.000Z`,
      ),
    );
    await log.append('pageview', batch);
    done += batch.length;
  }
  await log.close();
  const reader = await openEventLogReader(address);
  const open = await openLoader({
    lake: join(folder, 'lake'),
    log: reader,
    streams: () => new Map([[PAGEVIEW.name, PAGEVIEW]]),
    holder: 'a benchmark',
    signal: AbortSignal.timeout(10_000),
  });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const cpu = process.cpuUsage();
  const started = performance.now();
  await open.loader.round(new AbortController().signal);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const rows = [...(open.loader.tables.get('pageview')?.manifest.hours.values() ?? [])].reduce(
    (sum, { counts }) => sum + counts.accepted,
    0,
  );
  console.log(
    `loading    ${(rows / seconds).toFixed(0).padStart(8)} rows/s   ${rows} rows of ${bytes} bytes in ${seconds.toFixed(1)} s, ` +
      `${((user + system) / 1e6 / seconds).toFixed(2)} cores, at most ${(peak / 2 ** 20).toFixed(0)} MiB`,
  );
  const compacting = performance.now();
  await open.loader.upkeep(new AbortController().signal, true);
  console.log(
    `upkeep     ${((performance.now() - compacting) / 1000).toFixed(1).padStart(8)} s, at most ${(peak / 2 ** 20).toFixed(0)} MiB`,
  );
  clearInterval(timer);
  await open.close();
  await reader.close();
}

/** From the begin of an append to the rename of the manifest that has its position behind it. */
async function latency(folder: string): Promise<void> {
  const log = await openEventLog(logIn(folder), 'a benchmark');
  const open = await openLoader({
    lake: join(folder, 'lake'),
    log,
    streams: () => new Map([[PAGEVIEW.name, PAGEVIEW]]),
    holder: 'a benchmark',
    signal: AbortSignal.timeout(10_000),
  });
  const stop = new AbortController();
  const running = runLoader({
    loader: open.loader,
    signal: stop.signal,
    count: () => Promise.resolve(),
    told: {
      round: () => undefined,
      failed: (what, error) => console.log(`${what}: ${error.message}`),
    },
  });
  const waiting: { last: number; sent: number }[] = [];
  const times: number[] = [];
  const path = join(folder, 'lake', 'raw', 'pageview', '_manifest.json');
  const look = async (): Promise<void> => {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return;
    const next = manifestFromText(path, text).partitions.get(0)?.next ?? 0;
    const now = performance.now();
    while (waiting[0] && waiting[0].last < next) times.push(now - (waiting.shift()?.sent ?? now));
  };
  const end = performance.now() + Number(values.seconds) * 1000;
  const pauseMs = (1000 * BATCH) / Number(values.rate);
  const appends: Promise<unknown>[] = [];
  let next = performance.now();
  let lastLook = 0;
  for (let number = 0; performance.now() < end; number += BATCH) {
    const sent = performance.now();
    const batch = Array.from({ length: BATCH }, (_, index) =>
      eventOf(number + index, new Date().toISOString()),
    );
    appends.push(log.append('pageview', batch).then(({ last }) => waiting.push({ last, sent })));
    if (sent - lastLook > 20) {
      lastLook = sent;
      await look();
    }
    next += pauseMs;
    if (next > performance.now()) await sleep(next - performance.now());
  }
  await Promise.all(appends);
  while (waiting.length > 0) {
    await sleep(20);
    await look();
  }
  stop.abort();
  await running;
  times.sort((a, b) => a - b);
  const at = (share: number): string => (quantile(times, share) / 1000).toFixed(2);
  console.log(
    `visible    p50 ${at(0.5)} s   p99 ${at(0.99)} s   ${(times.length * BATCH) / Number(values.seconds)} events/s collected, generator included`,
  );
  await open.close();
  await log.close();
}

for (const measure of [throughput, latency]) {
  const folder = await mkdtemp(join(values.folder, 'kraken-bench-'));
  try {
    await measure(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
