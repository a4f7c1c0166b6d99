/**
 * What counting of open periods costs the collector, and how long a view takes until a listener sees it.
 * Two gateways take turns in one run: one that counts, with a listener of its numbers, and one that doesn't. Then views
 * come at an even rate to a gateway that loads and refines too, and marked ones among them are waited for in a stream.
 * `node dist/bench/live.js [--seconds 10] [--rounds 4] [--connections 64] [--rate 2000] [--marked 100]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startCollector } from './measure/collector.ts';
import { cpuUsOf } from './measure/cpu.ts';
import { load } from './measure/http-load.ts';
import { median, quantile } from './measure/numbers.ts';
import type { Program } from './measure/program.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '64' },
    rate: { type: 'string', default: '2000' },
    marked: { type: 'string', default: '100' },
  },
});
const HOST = 'blog.example.net';
/** Distinct requests: pages, agents and referrers as a site has them. */
const REQUESTS = Array.from({ length: 5_000 }, (_, i) =>
  viewRequest(`/articles/${Math.floor(i ** 0.8)}`, i % 300),
);

function viewRequest(path: string, agent: number): Buffer {
  const page = encodeURIComponent(`https://${HOST}${path}`);
  const from = encodeURIComponent(
    agent % 3 === 0 ? 'https://www.google.com/' : `https://${HOST}/articles/${agent}`,
  );
  return Buffer.from(
    `GET /pageview?url=${page}&title=A%20page&referrer=${from} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:${100 + (agent % 50)}.0) Gecko/20100101 Firefox/${100 + (agent % 50)}.${agent}\r\nAccept-Language: en-GB,en;q=0.5\r\n\r\n`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'kraken-live-'));
const servers: Program[] = [];
try {
  await cost();
  await visible();
} finally {
  for (const server of servers) await server.end();
  await rm(folder, { recursive: true, force: true });
}

async function start(name: string, ...flags: string[]): Promise<Program> {
  const server = await startCollector(join(folder, name), flags);
  servers.push(server);
  return server;
}

/** Follows a series' open day. @returns the numbers of views, as they change */
async function* follow({ origin }: Program, path: string, signal: AbortSignal): AsyncGenerator<number> {
  const article = encodeURIComponent(path);
  const response = await fetch(
    `${origin}/metrics/pageviews/per-article/${HOST}/all-access/all-agents/${article}/daily/-1d/now?stream`,
    { headers: { accept: 'application/x-ndjson' }, signal },
  );
  if (!response.ok || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const views = /"views":(\d+)/.exec(line)?.[1];
      if (views !== undefined) yield Number(views);
    }
  }
}

async function cost(): Promise<void> {
  const [live, still] = [
    await start('live', '--load', 'false'),
    await start('still', '--load', 'false', '--live-rows', '0'),
  ];
  const stop = new AbortController();
  const listening = listen(live, stop.signal);
  const rates: [number[], number[]] = [[], []];
  const cpus: [number[], number[]] = [[], []];
  let turn = 0;
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [index, server] of [live, still].entries()) {
      const before = cpuUsOf(server.pid);
      const { answers, rate, p50, p99, refused } = await load({
        origin: server.origin,
        next: () => REQUESTS[turn++ % REQUESTS.length] ?? '',
        isGood: (status) => status >= 200 && status < 300,
        connections: Number(values.connections),
        seconds: Number(values.seconds),
      });
      // What is counted after the last answer belongs to it, too.
      await sleep(1_000);
      const cpuUs = (cpuUsOf(server.pid) - before) / answers;
      // The first round warms up.
      if (round > 0) {
        rates[index]?.push(rate);
        cpus[index]?.push(cpuUs);
      }
      console.log(
        `${index === 0 ? 'counts' : 'doesn’t'}   ${rate.toFixed(0).padStart(6)} views/s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms   ${cpuUs.toFixed(0)} µs of CPU a view${refused ? `   ${refused} refused` : ''}`,
      );
    }
  }
  stop.abort();
  console.log(`a listener was told ${await listening} times`);
  const [counted, uncounted] = rates.map(median) as [number, number];
  const [more, less] = cpus.map(median) as [number, number];
  console.log(
    `medians: ${counted.toFixed(0)} and ${uncounted.toFixed(0)} views/s: counting takes ${((1 - counted / uncounted) * 100).toFixed(0)} % of the rate, ${((more / less - 1) * 100).toFixed(0)} % more CPU (${(more - less).toFixed(0)} µs a view)`,
  );
  for (const server of servers.splice(0)) await server.end();
}

/** Listens to a page that is viewed, so that what is counted is asked for at each tick. */
async function listen(server: Program, signal: AbortSignal): Promise<number> {
  let told = 0;
  try {
    for await (const _ of follow(server, '/articles/7', signal)) told++;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return told;
}

async function visible(): Promise<void> {
  const server = await start('visible');
  const stop = new AbortController();
  const marked = Number(values.marked);
  const sent: number[] = [];
  const took: number[] = [];
  let refused = 0;
  const seen = (async () => {
    for await (const views of follow(server, '/marked', stop.signal)) {
      const now = performance.now();
      while (took.length < views) took.push(now - (sent[took.length] ?? NaN));
      if (views >= marked) return;
    }
  })();
  // What fails is told when it is awaited, after the others have ended.
  seen.catch(() => undefined);
  await sleep(1_000);
  const sending = pace(server.origin, Number(values.rate), stop.signal);
  await sleep(5_000);
  for (let i = 0; i < marked; i++) {
    const wait = sent.length;
    sent.push(performance.now());
    refused += await sendView(server.origin, i, () => (sent[wait] = performance.now()));
    // Not in step with anything that ticks.
    await sleep(200 + ((i * 137) % 301));
  }
  await seen;
  stop.abort();
  const { rate, behind } = await sending;
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): string => quantile(sorted, share).toFixed(0);
  console.log(
    `view to visible: ${sorted.length} marked views at ${rate.toFixed(0)} views/s: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; refused: ${refused} of the marked, ${behind} of the others`,
  );
}

/** Sends a marked view until it is taken. @returns how often it was refused */
async function sendView(url: string, agent: number, again: () => void): Promise<number> {
  for (let refused = 0; ; refused++) {
    const page = encodeURIComponent(`https://${HOST}/marked`);
    const headers = { 'user-agent': `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.${agent}` };
    const { ok } = await fetch(`${url}/pageview?url=${page}`, { headers });
    if (ok) return refused;
    again();
  }
}

/** Sends views at an even rate, whatever the answers take. */
async function pace(
  url: string,
  perSecond: number,
  signal: AbortSignal,
): Promise<{ readonly rate: number; readonly behind: number }> {
  const { hostname, port } = new URL(url);
  let answered = 0;
  const sockets: Socket[] = Array.from({ length: 32 }, () =>
    connect(Number(port), hostname)
      .setNoDelay(true)
      // What isn't answered shows in the count.
      .on('error', () => undefined)
      .on('data', (answer: Buffer) => {
        answered += answer.toString('latin1').split('HTTP/1.1 2').length - 1;
      }),
  );
  const begun = performance.now();
  let sent = 0;
  while (!signal.aborted) {
    const due = ((performance.now() - begun) / 1_000) * perSecond;
    for (; sent < due; sent++) sockets[sent % sockets.length]?.write(REQUESTS[sent % REQUESTS.length] ?? '');
    await sleep(5);
  }
  const seconds = (performance.now() - begun) / 1_000;
  await sleep(500);
  for (const socket of sockets) socket.destroy();
  return { rate: answered / seconds, behind: sent - answered };
}
