/**
 * Measures how many events a gateway collects, durable before each answer, with the senders on the same machine. In the
 * same run, in turns, a bare node:http server appends the same bytes to a file with the same group commit. Events go
 * in batches to /v1/events, and single views to /pageview.
 * `node dist/bench/collect.js [--seconds 5] [--rounds 3] [--connections 64] [--batch 10] [--bytes 400] [--folder FOLDER]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FILE_LOG_SETTINGS } from '../src/log/files/file-log.ts';
import { GroupCommit } from '../src/log/files/group-commit.ts';
import { load } from './collect-load.ts';

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
  const children: ChildProcess[] = [];
  try {
    const data = join(folder, 'data');
    const flags =
      '--port 0 --admin-port off --sender-events off --load false --log-level info --log-format json';
    const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
    const kraken = await started(children, [cli, 'serve', '--collect', '--data', data, ...flags.split(' ')]);
    const own = fileURLToPath(import.meta.url);
    const bare = await started(children, [own, '--bare', join(folder, 'bare'), '--batch', String(batch)]);
    for (const [what, each] of [
      ['events', batch],
      ['views', 1],
    ] as const) {
      const rates: number[][] = [[], []];
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const [index, [name, url]] of [
          ['kraken', kraken],
          ['bare', bare],
        ].entries()) {
          const request = REQUESTS[what];
          const connections = Number(values.connections);
          const before = await cpuSeconds(children[index]);
          const { rate, p50, p99, refused } = await load({ url: String(url), request, connections, seconds });
          const cpuUs = (((await cpuSeconds(children[index])) - before) / (rate * seconds)) * 1e6;
          // The first round warms up.
          if (round > 0) rates[index]?.push(rate * each);
          console.log(
            `${what.padEnd(7)} ${String(name).padEnd(7)} ${(rate * each).toFixed(0).padStart(7)}/s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms   ${cpuUs.toFixed(0)} us of CPU a request${refused ? `   ${refused} refused` : ''}`,
          );
        }
      }
      const [ours = NaN, theirs = NaN] = rates.map(
        (of) => of.reduce((sum, rate) => sum + rate, 0) / of.length,
      );
      console.log(`${what}: ${ours.toFixed(0)}/s, ${(ours / theirs).toFixed(2)} of the bare server's`);
    }
  } finally {
    for (const child of children) {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the CPU time of a process, in seconds (Linux, in ticks of 10 ms). */
async function cpuSeconds(child: ChildProcess | undefined): Promise<number> {
  const stat = await readFile(`/proc/${child?.pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Starts a server in a process. @returns its address, which it prints as JSON */
async function started(children: ChildProcess[], args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const { api } = JSON.parse(line) as { api?: string };
    if (api === undefined) continue;
    // Further output is read, so that the pipe doesn't fill up.
    child.stdout.resume();
    return api;
  }
  throw new Error(`${args.join(' ')} ended before it served`);
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
  process.on('SIGINT', () => process.exit(0));
}
