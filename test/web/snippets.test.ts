import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { unescaped } from '../support/unescaped.ts';

const run = promisify(execFile);
let gateway: Gateway;
let folder: string;
let blocks: string[];
before(async () => {
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), 'kraken-'));
  await gateway.load('pageviews-per-article', [
    {
      project: 'de.wikipedia',
      article: 'Philip,_Duke_of_Edinburgh',
      granularity: 'daily',
      timestamp: '2015070100',
      access: 'desktop',
      agent: 'all-agents',
      views: 4321,
    },
  ]);
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
  const { port } = gateway.app.api.server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/docs/clients`);
  blocks = [...(await response.text()).matchAll(/<code>([^<]*)<\/code><\/pre>/g)].map(([, text]) =>
    unescaped(text as string),
  );
});
after(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

/** The one block of the page that holds these words, as whoever copies it has it. */
function block(words: string): string {
  const found = blocks.filter((text) => text.includes(words));
  assert.equal(found.length, 1, words);
  return found[0] as string;
}

/** What a program prints, where the machine has it. */
async function printed(t: TestContext, program: string, parameters: string[]): Promise<string | undefined> {
  try {
    return (await run(program, parameters, { timeout: 20_000 })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    t.skip(`there is no ${program} on this machine`);
    return undefined;
  }
}

void test('what the page of clients says to a shell gets the answer', async (t) => {
  const text = await printed(t, 'sh', ['-c', `command -v curl >/dev/null || exit 0; ${block('curl ')}`]);
  if (text === '') t.skip('there is no curl on this machine');
  else assert.match(text ?? '', /"views":4321/);
});

void test('its JavaScript runs as it is', async (t) => {
  const file = join(folder, 'snippet.mjs');
  await writeFile(file, block('await fetch('));
  assert.match((await printed(t, process.execPath, [file])) ?? '', /views: 4321/);
});

void test('its Python runs as it is, with nothing installed', async (t) => {
  const file = join(folder, 'snippet.py');
  await writeFile(file, block('urllib'));
  const text = await printed(t, 'python3', [file]);
  if (text !== undefined) assert.match(text, /'views': 4321/);
});

void test('pandas, R, Sheets and Observable are given one URL, which has a column of dates and one of numbers', async () => {
  const urls = blocks.flatMap((text) => /http[^"'\n]*\.csv/.exec(text)?.[0] ?? []);
  assert.ok(urls.length >= 4, blocks.join('\n'));
  assert.equal(new Set(urls).size, 1);
  const lines = (await (await fetch(urls[0] as string)).text()).trim().split(/\r?\n/);
  const [head = '', row = ''] = lines;
  const at = (name: string): string =>
    row.replace(/"[^"]*"/g, 'quoted').split(',')[head.split(',').indexOf(name)] ?? '';
  assert.match(at('timestamp'), /^2015-07-01/);
  assert.equal(at('views'), '4321');
});
