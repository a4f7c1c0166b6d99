/**
 * Measures how many events a gateway collects, durable before each answer, with the senders on the same machine. In the
 * same run, in turns, a bare node:http server appends the same bytes to a file with the same group commit. Events go
 * in batches to /v1/events, and single views to /pageview.
 * `node dist/bench/collect.js [--seconds 5] [--rounds 3] [--connections 64] [--batch 10] [--bytes 400] [--folder FOLDER]`
 */
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FILE_LOG_SETTINGS } from '../src/log/files/file-log.ts';
import { GroupCommit } from '../src/log/files/group-commit.ts';
import { startCollector } from './measure/collector.ts';
import { cpuUsOf } from './measure/cpu.ts';
import { load } from './measure/http-load.ts';
import { type Program, startProgram } from './measure/program.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
    batch: { type: 'string', default: '10' },
    bytes: { type: 'string', default: '400' },
    folder: { type: 'string', default: tmpdir() },
    bare: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const batch = Number(values.batch);

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const HEADERS = `Host: 127.0.0.1\r\nUser-Agent: ${AGENT}\r\nAccept-Language: en-GB,en;q=0.5\r\n`;

/** Returns a view whose JSON has a given length. */
function viewOf(bytes: number): object {
  const view = {
    meta: { stream: 'pageview', id: '0b1f1c9e-8d5b-4c7e-9a53-3f6f0a1f6f10' },
    site: 'example.org',
    path: '/a/page',
    title: 'A page of some length',
    referrer: 'https://example.net/from/where?it=came',
    language: 'en-GB,en;q=0.5',
    user_agent: AGENT,
  };
  const missing = bytes - JSON.stringify(view).length;
  return { ...view, path: `/a/page${'x'.repeat(Math.max(0, missing))}` };
}

const body = JSON.stringify(Array.from({ length: batch }, () => viewOf(Number(values.bytes))));
const page = encodeURIComponent('https://example.org/a/page/of/some/length?and=a&query=too');
const REQUESTS = {
  events: Buffer.from(
    `POST /v1/events HTTP/1.1\r\n${HEADERS}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ),
  views: Buffer.from(`GET /pageview?url=${page}&title=A%20page HTTP/1.1\r\n${HEADERS}\r\n`),
};

if (values.bare !== undefined) await serveBare(values.bare);
else await compare();

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(values.folder, 'kraken-bench-'));
  const programs: Program[] = [];
  try {
    programs.push(await startCollector(join(folder, 'data'), ['--load', 'false']));
    const bare = [fileURLToPath(import.meta.url), '--bare', join(folder, 'bare'), '--batch', String(batch)];
    programs.push(await startProgram([process.execPath, ...bare]));
    for (const [what, each] of [
      ['events', batch],
      ['views', 1],
    ] as const) {
      const rates: number[][] = [[], []];
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const [index, { origin, pid }] of programs.entries()) {
          const before = cpuUsOf(pid);
          const { answers, rate, p50, p99, refused } = await load({
            origin,
            next: () => REQUESTS[what],
            connections: Number(values.connections),
            seconds,
            isGood: (status) => status >= 200 && status < 300,
          });
          const cpuUs = (cpuUsOf(pid) - before) / answers;
          // The first round warms up.
          if (round > 0) rates[index]?.push(rate * each);
          console.log(
            `${what.padEnd(7)} ${(index === 0 ? 'kraken' : 'bare').padEnd(7)} ${(rate * each).toFixed(0).padStart(7)}/s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms   ${cpuUs.toFixed(0)} us of CPU a request${refused ? `   ${refused} refused` : ''}`,
          );
        }
      }
      const [ours = NaN, theirs = NaN] = rates.map(
        (of) => of.reduce((sum, rate) => sum + rate, 0) / of.length,
      );
      console.log(`${what}: ${ours.toFixed(0)}/s, ${(ours / theirs).toFixed(2)} of the bare server's`);
    }
  } finally {
    for (const program of programs) await program.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The bare server. It appends each body, and answers after the sync. */
async function serveBare(path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '');
  const file = await open(path, 'r+');
  let end = 0;
  const commits = new GroupCommit<Buffer>(
    async (group) => {
      const bytes = Buffer.concat(group);
      await file.write(bytes, 0, bytes.length, end);
      await file.datasync();
      end += bytes.length;
      return group.map(() => 0);
    },
    FILE_LOG_SETTINGS,
    {
      now: () => Date.now(),
      after: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    },
  );
  const view = Buffer.from(JSON.stringify(viewOf(Number(values.bytes))));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = request.method === 'POST' ? Buffer.concat(chunks) : view;
      const status = request.method === 'POST' ? 201 : 204;
      const answer = (): unknown => response.writeHead(status, { 'content-length': 0 }).end();
      void commits.add(bytes, bytes.length).then(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ api: `http://127.0.0.1:${port}` }));
}
