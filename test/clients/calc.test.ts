import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folderWith, remove } from '../datasets/folder.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { withoutProgram } from '../support/python.ts';
import { ClientPage } from './pages/page.ts';

/*
 * docs/spreadsheets.md: LibreOffice itself, without a window; Excel and Sheets by the requests that they document.
 */

/** LibreOffice's module for Python belongs to the machine's own Python. */
const PYTHON = '/usr/bin/python3';
const skip =
  withoutProgram('soffice') ||
  (spawnSync(PYTHON, ['-c', 'import uno']).status !== 0 && `${PYTHON} has no uno`);

let gateway: Gateway;
let base: string;
let folder: string;
before(async () => {
  folder = await folderWith({
    'rates.csv': 'month,country,rate,pages\n2024-01,NA,0.5,9007199254740991\n2024-03,NA,1.25,3000000000\n',
    'rates.yaml':
      'dataset: rates\ntitle: Rates\nlicence: CC0-1.0\nfile: rates.csv\ngrain: monthly\ndate: month\ndimensions: [country]\nmeasures: { rate: { kind: decimal }, pages: }\n',
  });
  gateway = await startGateway({ datasets: [folder] });
  await gateway.loadSample();
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(gateway.app.api.server.address() as AddressInfo).port}`;
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

interface Calculated {
  readonly shown: readonly { readonly error: number; readonly value: number; readonly text: string }[];
  /** Each cell's type, text and number, by links and rows. */
  readonly tables: readonly (readonly (readonly [type: string, text: string, value: number])[][])[];
}

async function calculated(asked: object): Promise<Calculated> {
  const profile = await mkdtemp(join(tmpdir(), 'kraken-calc-'));
  try {
    const script = fileURLToPath(new URL('../../../test/clients/pages/calc.py', import.meta.url));
    const child = spawn(PYTHON, [script, profile], { stdio: ['pipe', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
    child.stdin.end(JSON.stringify(asked));
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0);
    return JSON.parse(printed) as Calculated;
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}

/** The formulas of the page that hold a word. */
function formulas(word: string): string[] {
  const all = new ClientPage('spreadsheets', base).pieces('text').map(({ code }) => code.trim());
  return all.filter((code) => code.includes(word));
}

/** The address in a formula. */
function addressIn(formula: string): string {
  return /"(http[^"]+)"/.exec(formula)?.[1] ?? '';
}

/** The one number of an answer about edits. */
function editsIn(text: string): number {
  const [row] = (JSON.parse(text) as { results: { edits: number }[] }).results;
  assert.ok(row);
  return row.edits;
}

void test(
  'LibreOffice calculates the formula, and links tables with dates, gaps and Namibia',
  { skip },
  async () => {
    const [formula = ''] = formulas('REGEX(WEBSERVICE');
    const table = `${base}/metrics/datasets/rates/NA/monthly/20240101/20240301.csv?fill=null`;
    const { shown, tables } = await calculated({
      formulas: [formula],
      // The numbers of languages are Windows': English of the USA, and German.
      links: [
        [table, 1033],
        [`${table}&time=iso`, 1031],
      ],
    });
    const edits = editsIn(await (await fetch(addressIn(formula))).text());
    assert.deepEqual([shown[0]?.error, shown[0]?.value], [0, edits]);
    const [english = [], german = []] = tables;
    assert.deepEqual(english, [
      ['country', 'granularity', 'timestamp', 'rate', 'pages'].map((name) => ['TEXT', name, 0]),
      // LibreOffice counts days since 1899-12-30.
      [
        ['TEXT', 'NA', 0],
        ['TEXT', 'monthly', 0],
        ['VALUE', '2024-01-01', 45292],
        ['VALUE', '0.5', 0.5],
        ['VALUE', '9007199254740991', 9007199254740991],
      ],
      [
        ['TEXT', 'NA', 0],
        ['TEXT', 'monthly', 0],
        ['VALUE', '2024-02-01', 45323],
        ['EMPTY', '', 0],
        ['EMPTY', '', 0],
      ],
      [
        ['TEXT', 'NA', 0],
        ['TEXT', 'monthly', 0],
        ['VALUE', '2024-03-01', 45352],
        ['VALUE', '1.25', 1.25],
        ['VALUE', '3000000000', 3000000000],
      ],
    ]);
    // What the page warns of: if it is so no longer, the page should say so.
    assert.deepEqual(
      german.slice(1).map((row) => [row[2]?.[0], row[3]?.[0], row[4]?.[0]]),
      [
        ['VALUE', 'TEXT', 'VALUE'],
        ['VALUE', 'EMPTY', 'EMPTY'],
        ['VALUE', 'TEXT', 'VALUE'],
      ],
    );
  },
);

void test("Sheets' request for IMPORTDATA gets a table for programs, at an address without blanks", async () => {
  const imports = formulas('IMPORTDATA');
  assert.equal(imports.length, 2);
  for (const formula of imports) {
    const address = addressIn(formula);
    const response = await fetch(address, {
      headers: {
        'user-agent': 'Mozilla/5.0 (compatible; GoogleDocs; apps-spreadsheets; +http://docs.google.com)',
      },
    });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/csv/);
    assert.doesNotMatch(address, /\s/);
  }
});

void test("Excel's request for WEBSERVICE gets an answer within a cell's limit, from an address within its own", async () => {
  const [formula = ''] = formulas('TEXTBEFORE');
  const address = addressIn(formula);
  assert.ok(address.length <= 2048);
  const response = await fetch(address, { headers: { accept: '*/*' } });
  const text = await response.text();
  assert.ok(text.length <= 32_767);
  // What the formula does.
  const [, before = '', behind = ''] =
    /TEXTAFTER\(WEBSERVICE\("[^"]+"\), "((?:[^"]|"")+)"\), "(.+?)"\)/.exec(formula) ?? [];
  const [, rest = ''] = text.split(before.replaceAll('""', '"'));
  const number = Number(rest.split(behind)[0]);
  assert.equal(number, editsIn(text));
});
