import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startGateway, type Gateway } from '../support/gateway.ts';

/*
 * docs/spreadsheets.md, over the sample. Its Python needs pandas: PYTHON names the interpreter,
 * python3 where it doesn't.
 */

const PAGE = readFileSync(new URL('../../../docs/spreadsheets.md', import.meta.url), 'utf8');
const BASE = 'http://127.0.0.1:8080';
const python = process.env['PYTHON'] ?? 'python3';
const hasPandas = spawnSync(python, ['-c', 'import pandas']).status === 0;

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.loadSample();
});
after(() => gateway.close());

/** The type that a form is sent as, by its ending. */
const TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.metadata.json': 'application/json',
  '.svg': 'image/svg+xml',
  '': 'text/html',
};

void test('every address in docs/spreadsheets.md is answered, in the form that it ends in', async () => {
  const addresses = [...PAGE.matchAll(/http:\/\/127\.0\.0\.1:8080(\/[^\s"'`]+)/g)].map(
    (match) => match[1] as string,
  );
  assert.ok(addresses.length >= 10, String(addresses.length));
  const seen = new Set<string>();
  for (const address of addresses) {
    const ending = /(?:\.csv|\.ndjson|\.metadata\.json|\.svg)?$/.exec(address.replace(/\?.*/, ''))?.[0] ?? '';
    const { status, headers } = await gateway.get(address);
    assert.equal(status, 200, address);
    assert.equal(headers['content-type'], `${TYPES[ending]}; charset=utf-8`, address);
    seen.add(ending);
  }
  assert.deepEqual([...seen].sort(), Object.keys(TYPES).sort());
});

void test('the columns that docs/spreadsheets.md counts on are where it says', async () => {
  const address = /IMPORTDATA\("http:\/\/127\.0\.0\.1:8080([^"]+)"\), "select Col4/.exec(PAGE)?.[1] ?? '';
  const { text } = await gateway.get(address);
  const header = text.split('\r\n')[0]?.split(',') ?? [];
  assert.deepEqual([header[1], header[3], header[6]], ['article', 'timestamp', 'views']);
});

void test('docs/spreadsheets.md names every member of the metadata', async () => {
  const address = /127\.0\.0\.1:8080(\/\S+\.metadata\.json)/.exec(PAGE)?.[1] ?? '';
  const response = await gateway.get(address);
  for (const member of Object.keys(response.body as object))
    assert.ok(PAGE.includes(`\`${member}\``), member);
});

void test(
  'the pandas of docs/spreadsheets.md makes a row a month and a column an article',
  { skip: hasPandas ? false : `${python} has no pandas` },
  async () => {
    const code = /```python\n([^`]*)```/.exec(PAGE)?.[1] ?? '';
    await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
    const { port } = gateway.app.api.server.address() as AddressInfo;
    const told =
      'import json; print(json.dumps([list(table.columns), len(table), str(table.index.dtype), int(table.sum().sum())]))';
    const { stdout } = await promisify(execFile)(python, [
      '-c',
      `${code.replaceAll(BASE, `http://127.0.0.1:${port}`)}\n${told}`,
    ]);
    const path = /read_csv\("http:\/\/127\.0\.0\.1:8080([^"]+)\.csv"/.exec(code)?.[1] ?? '';
    const { items } = (await gateway.get(path)).body as { items: { timestamp: string; views: number }[] };
    const months = new Set(items.map(({ timestamp }) => timestamp)).size;
    const views = items.reduce((sum, item) => sum + item.views, 0);
    assert.ok(months > 1);
    assert.deepEqual(JSON.parse(stdout), [
      ['Gravity_(2013_film)', 'Moonlight_(2016_film)'],
      months,
      'datetime64[ns]',
      views,
    ]);
  },
);
