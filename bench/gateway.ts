import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * The gateway against a bare node:http server that sends the same bytes with the same headers, in
 * turn, each on one core, asked by wrk on the other:
 *   npm run build && node dist/bench/gateway.js [--seconds N] [--rounds N] [--articles N]
 * hot: one URL again and again, from the answer cache. cold: every request another article, and
 * nothing cached.
 */

const SELF = fileURLToPath(import.meta.url);
const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const option = (name: string, byDefault: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? byDefault : Number(process.argv[at + 1]);
};
const SECONDS = option('seconds', 2);
const ARTICLES = option('articles', 20_000);
const ROUNDS = option('rounds', 7);
const pathOf = (article: number | string): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/Article_${article}/daily/20240101/20240131`;

if (process.argv.includes('--bare')) await serveBare();
else await main();

async function serveBare(): Promise<void> {
  const origin = process.argv.at(-1) as string;
  const answer = await fetch(origin + pathOf(1), { headers: { 'accept-encoding': 'identity' } });
  const body = Buffer.from(await answer.arrayBuffer());
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)),
  );
  const server = createServer((_, response) => {
    response.writeHead(200, headers);
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address && typeof address !== 'string') process.stdout.write(`http://127.0.0.1:${address.port}\n`);
  });
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  const children: ChildProcess[] = [];
  try {
    await load(folder);
    const hot = await start(children, [CLI, 'serve', '--port', '0', '--admin-port', 'off', '--data', folder]);
    const cold = await start(children, [
      CLI,
      'serve',
      '--port',
      '0',
      '--admin-port',
      'off',
      '--data',
      folder,
      '--cell-cache-mb',
      '0',
      '--answer-cache-mb',
      '0',
    ]);
    const bare = await start(children, [SELF, '--bare', hot.origin]);
    const script = join(folder, 'articles.lua');
    await writeFile(
      script,
      `local n = 0\nrequest = function() n = (n * 48271 + 11) % ${ARTICLES}; return wrk.format("GET", "${pathOf('" .. n .. "')}") end\n`,
    );
    const asked: Asked[] = [
      { name: 'bare', server: bare, url: pathOf(1) },
      { name: 'hot', server: hot, url: pathOf(1) },
      { name: 'cold', server: cold, script },
    ];
    // Until the code of all three is compiled.
    for (const one of asked) wrk(one);
    const ratios: Record<string, { rate: number[]; cpu: number[] }> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const results = asked.map(wrk);
      const base = results[0] as Result;
      const shown = asked.map(({ name }, i) => {
        const { rate, cpuUs } = results[i] as Result;
        const ratio = (ratios[name] ??= { rate: [], cpu: [] });
        ratio.rate.push(rate / base.rate);
        ratio.cpu.push(base.cpuUs / cpuUs);
        return `${name} ${rate}/s, ${cpuUs.toFixed(1)} µs of CPU each`;
      });
      process.stdout.write(`round ${round + 1}: ${shown.join('; ')}\n`);
    }
    for (const [name, { rate, cpu }] of Object.entries(ratios).slice(1)) {
      process.stdout.write(
        `${name}, of bare node:http: ${median(rate)} by requests/s, ${median(cpu)} by CPU (medians of ${ROUNDS} rounds)\n`,
      );
    }
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A month of days of many articles, all in one cell each. */
async function load(folder: string): Promise<void> {
  const file = join(folder, 'rows.ndjson');
  const lines: string[] = [];
  for (let article = 0; article < ARTICLES; article++) {
    for (let day = 1; day <= 31; day++) {
      lines.push(
        `{"project":"en.wikipedia","article":"Article_${article}","granularity":"daily","timestamp":"202401${String(day).padStart(2, '0')}00","access":"all-access","agent":"user","views":${(article * 31 + day * 7919) % 5000}}`,
      );
    }
  }
  await writeFile(file, `${lines.join('\n')}\n`);
  const { status } = spawnSync(
    process.execPath,
    [CLI, 'import', 'pageviews-per-article', file, '--data', folder],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error('the import failed');
}

interface Server {
  readonly origin: string;
  readonly pid: number;
}
interface Asked {
  readonly name: string;
  readonly server: Server;
  readonly url?: string;
  readonly script?: string;
}
interface Result {
  /** Requests a second. */
  readonly rate: number;
  /** CPU time of the server for each request, in µs. */
  readonly cpuUs: number;
}

function median(values: readonly number[]): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN).toFixed(2);
}

/** CPU time that a process has used so far, in µs: user and system, from /proc in ticks of 10 ms. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10_000;
}

/** Starts a server on the first core. */
async function start(children: ChildProcess[], command: string[]): Promise<Server> {
  const child = spawn('taskset', ['-c', '0', process.execPath, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(chunk.toString())?.[0];
      if (origin) resolve({ origin, pid: child.pid as number });
    });
    child.on('exit', () => reject(new Error(`${command.join(' ')} ended`)));
  });
}

/** Asks with wrk from the second core. */
function wrk({ server, url = '', script }: Asked): Result {
  const options = ['-t1', '-c16', `-d${SECONDS}s`, ...(script ? ['-s', script] : [])];
  const before = cpuOf(server.pid);
  const { stdout } = spawnSync('taskset', ['-c', '1', 'wrk', ...options, server.origin + url], {
    encoding: 'utf8',
  });
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const rate = Math.round(Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]));
  return { rate, cpuUs: (cpuOf(server.pid) - before) / requests };
}
