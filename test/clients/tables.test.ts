import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { folderWith, remove } from '../datasets/folder.ts';
import { lacking, python, withoutProgram } from '../support/python.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/*
 * What readers of tables make of values that look like something else: pandas and a reader of CSV on
 * the Web (the package csvw) in Python, and R.
 * All numbers are made up.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

const LANGUAGES = {
  'languages.csv': 'month,language,speakers\n2024-01,nan,5\n2024-03,nan,7\n2024-01,007,1\n2024-01,NA,2\n',
  'languages.yaml': [
    'dataset: languages',
    'title: Speakers of languages',
    'licence: CC0-1.0',
    'file: languages.csv',
    'grain: monthly',
    'date: month',
    'dimensions: [language]',
    'measures:',
    '  speakers:',
    '',
  ].join('\n'),
};

describe('readers of tables', () => {
  let gateway: Gateway;
  let folder: string;
  let base: string;
  before(async () => {
    folder = await folderWith(LANGUAGES);
    gateway = await startGateway({ datasets: [folder] });
    await gateway.load('pageviews-top-by-country', [
      {
        project: 'en.wikipedia',
        access: 'all-access',
        year: '2024',
        month: '03',
        countries: [
          { country: 'US', views: 9000, rank: 1 },
          { country: 'NA', views: 5000, rank: 2 },
        ],
      },
    ]);
    const row = { project: 'en.wikipedia', access: 'all-access', agent: 'all-agents', granularity: 'hourly' };
    await gateway.load('pageviews-aggregate', [
      { ...row, timestamp: '2024030100', views: 1 },
      { ...row, timestamp: '2024030101', views: 2 },
    ]);
    await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
    base = `http://127.0.0.1:${(gateway.app.api.server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await gateway.close();
    await remove(folder);
  });

  test('pandas reads them as the guide says', { skip: lacking('pandas') }, async () => {
    const { stdout } = await run(python, [join(root, 'test/clients/tables.py'), base]);
    const found = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    // What the guide warns of: if it is so no longer, the guide should say so.
    assert.deepEqual(found['untold'], { country: ['US', null] });
    assert.deepEqual(found['lines without iso'], {
      timestamp: ['2034-02-20 06:35:00', '2034-02-20 06:35:01'],
    });
    const named = { country: ['US', 'NA'], country_name: ['United States', 'Namibia'] };
    assert.deepEqual(found['told'], { ...named, views_ceil: ['9000', '5000'] });
    assert.deepEqual(found['query'], named);
    const months = ['2024-01-01 00:00:00', '2024-02-01 00:00:00', '2024-03-01 00:00:00'];
    assert.deepEqual(found['gaps'], {
      language: ['nan', 'nan', 'nan', '007', 'NA'],
      timestamp: [...months, months[0], months[0]],
      speakers: ['5.0', null, '7.0', '1.0', '2.0'],
      type: 'float64',
    });
    const hours = { timestamp: ['2024-03-01 00:00:00+00:00', '2024-03-01 01:00:00+00:00'] };
    for (const form of ['hours', 'hours of CSV', 'hours of CSV as they are'])
      assert.deepEqual(found[form], hours);
    assert.deepEqual(found['lines'], {
      language: ['nan', 'nan', '007', 'NA'],
      timestamp: [months[0], months[2], months[0], months[0]],
      speakers: ['5', '7', '1', '2'],
    });
  });

  test('a reader of CSV on the Web takes columns for what they are', { skip: lacking('csvw') }, async () => {
    const code = [
      'import csvw, json, sys',
      'table = csvw.CSVW(sys.argv[1])',
      'print(json.dumps([list(row.items()) for row in table.tables[0]], default=str))',
    ].join('\n');
    const rows = async (path: string): Promise<unknown> =>
      JSON.parse((await run(python, ['-W', 'ignore', '-c', code, base + path])).stdout);
    assert.deepEqual(
      await rows('/metrics/datasets/languages/nan%7CNA/monthly/20240101/20240201.metadata.json?fill=null'),
      [
        ['nan', '2024-01-01', 5],
        ['nan', '2024-02-01', null],
        ['NA', '2024-01-01', 2],
      ].map(([language, timestamp, speakers]) => [
        ['language', language],
        ['granularity', 'monthly'],
        ['timestamp', `${timestamp} 00:00:00`],
        ['speakers', speakers],
      ]),
    );
  });

  test('R reads them as the guide says', { skip: withoutProgram('Rscript') }, async () => {
    const address = `${base}/metrics/datasets/languages/nan%7C007%7CNA/monthly/20240101/20240201.csv?fill=null`;
    const { stdout } = await run('Rscript', [
      '-e',
      `rows <- read.csv("${address}", na.strings = "", colClasses = c(language = "character")); cat(rows$language, rows$speakers, class(rows$speakers), class(as.Date(rows$timestamp)))`,
    ]);
    assert.equal(stdout, 'nan nan 007 NA 5 NA 1 2 integer Date');
  });

  test('the guides have the lines that were tried', () => {
    const guide = ['pandas', 'r']
      .map((page) => readFileSync(join(root, `docs/${page}.md`), 'utf8'))
      .join('\n');
    for (const line of [
      'keep_default_na=False, na_values=[""]',
      'na.strings = ""',
      'dtype=False',
      'dtype={"article": str',
    ])
      assert.ok(guide.includes(line), line);
  });
});
