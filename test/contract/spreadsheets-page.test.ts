import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* docs/spreadsheets.md, over the sample. */

const PAGE = readFileSync(new URL('../../../docs/spreadsheets.md', import.meta.url), 'utf8');

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
  assert.ok(addresses.length >= 8, String(addresses.length));
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
