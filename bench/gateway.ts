import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * The gateway against a bare node:http server that sends the same bytes with the same headers, in
 * turn, each on one core, asked by wrk on the other:
 *   npm run build && node dist/bench/gateway.js [--seconds N] [--articles N]
 * hot: one URL again and again, from the answer cache. cold: every request another article, and
 * nothing cached.
 */

const SELF = fileURLToPath(import.meta.url);
const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const option = (name: string, byDefault: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? byDefault : Number(process.argv[at + 1]);
};
const SECONDS = option('seconds', 5);
const ARTICLES = option('articles', 20_000);
const ROUNDS = option('rounds', 3);
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
    const bare = await start(children, [SELF, '--bare', hot]);
    const script = join(folder, 'articles.lua');
    await writeFile(
      script,
      `local n = 0\nrequest = function() n = (n * 48271 + 11) % ${ARTICLES}; return wrk.format("GET", "${pathOf('" .. n .. "')}") end\n`,
    );
    // Until the code of all three is compiled.
    for (const url of [bare, hot]) wrk(url + pathOf(1));
    wrk(cold, script);
    const ratios: Record<'hot' | 'cold', number[]> = { hot: [], cold: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const rates = { bare: wrk(bare + pathOf(1)), hot: wrk(hot + pathOf(1)), cold: wrk(cold, script) };
      ratios.hot.push(rates.hot / rates.bare);
      ratios.cold.push(rates.cold / rates.bare);
      process.stdout.write(
        `round ${round + 1}: bare ${rates.bare}, hot ${rates.hot}, cold ${rates.cold} requests/s\n`,
      );
    }
    for (const [name, values] of Object.entries(ratios)) {
      const median = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
      process.stdout.write(
        `${name}: ${median.toFixed(2)} of bare node:http (median of ${values.length} rounds)\n`,
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

/** Starts a server on the first core; gives where it listens. */
async function start(children: ChildProcess[], command: string[]): Promise<string> {
  const child = spawn('taskset', ['-c', '0', process.execPath, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(chunk.toString())?.[0];
      if (url) resolve(url);
    });
    child.on('exit', () => reject(new Error(`${command.join(' ')} ended`)));
  });
}

/** Requests per second that wrk gets answered on the second core. */
function wrk(url: string, script?: string): number {
  const options = ['-t1', '-c16', `-d${SECONDS}s`, ...(script ? ['-s', script] : [])];
  const { stdout } = spawnSync('taskset', ['-c', '1', 'wrk', ...options, url], { encoding: 'utf8' });
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  return Math.round(Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? NaN));
}
