import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { lacking, python } from '../support/python.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/*
 * docs/spreadsheets.md, over the sample.Its Python needs pandas.
 */

const PAGE = readFileSync(new URL('../../../docs/spreadsheets.md', import.meta.url), 'utf8');
const BASE = 'http://127.0.0.1:8080';

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
  '.json': 'application/json',
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
    const ending =
      /(?:\.csv|\.ndjson|\.metadata\.json|\.json|\.svg)?$/.exec(address.replace(/\?.*/, ''))?.[0] ?? '';
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

/** What a piece of the page's Python leaves, as JSON; `told` is an expression over its variables. */
async function ran(code: string, told: string): Promise<unknown> {
  const { port } = gateway.app.api.server.address() as AddressInfo;
  const here = code.replaceAll(BASE, `http://127.0.0.1:${port}`);
  const { stdout } = await promisify(execFile)(python, [
    '-c',
    `${here}\nimport json; print(json.dumps(${told}))`,
  ]);
  return JSON.parse(stdout);
}

describe('the pandas of docs/spreadsheets.md', { skip: lacking('pandas') }, () => {
  const blocks = [...PAGE.matchAll(/```python\n([^`]*)```/g)].map((match) => match[1] as string);
  const [table = '', lines = '', columns = ''] = blocks;
  let months: number;
  let sum: number;
  before(async () => {
    await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
    const path = /"http:\/\/127\.0\.0\.1:8080([^"]+)\.csv"/.exec(table)?.[1] ?? '';
    const { items } = (await gateway.get(path)).body as { items: { timestamp: string; views: number }[] };
    months = new Set(items.map(({ timestamp }) => timestamp)).size;
    sum = items.reduce((total, item) => total + item.views, 0);
    assert.ok(months > 1);
    assert.equal(blocks.length, 3);
  });

  test('makes a row a month and a column an article of CSV', async () => {
    const told = '[list(table.columns), len(table), str(table.index.dtype), int(table.sum().sum())]';
    assert.deepEqual(await ran(table, told), [
      ['Gravity_(2013_film)', 'Moonlight_(2016_film)'],
      months,
      'datetime64[ns]',
      sum,
    ]);
  });

  test('reads the dates and numbers of NDJSON and of columns', async () => {
    const types = (column: string): string =>
      `[str(views.dtypes["${column}"]), views["${column}"].nunique(), str(views["${column}"].min()), str(views.dtypes["views"]), int(views["views"].sum())]`;
    const right = ['datetime64[ns]', months, '2016-01-01 00:00:00', 'int64', sum];
    assert.deepEqual(await ran(lines, types('timestamp')), right);
    assert.deepEqual(await ran(columns, types('timestamps')), right);
  });
});
