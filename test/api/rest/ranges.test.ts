import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { folderWith, remove } from '../../datasets/folder.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* What somebody is told whose start and end give no period. All numbers are made up for the tests. */

const SALES = {
  'sales.csv': 'day,branch,sold\n2024-01-01,Nord,1\n2024-01-02,Nord,2\n2024-01-03,Nord,3\n',
  'sales.yaml': [
    'dataset: sales',
    'title: Sales',
    'licence: CC0-1.0',
    'file: sales.csv',
    'grain: daily',
    'date: day',
    'dimensions: [branch]',
    'measures:',
    '  sold:',
    '',
  ].join('\n'),
};

let gateway: Gateway;
let folder: string;

before(async () => {
  folder = await folderWith(SALES);
  gateway = await startGateway({ datasets: [folder] });
  const months = ['2021-01-01', '2021-02-01', '2021-03-01'];
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'all-editor-types',
      'page-type': 'all-page-types',
      granularity: 'monthly',
      results: months.map((month, i) => ({ timestamp: `${month}T00:00:00.000Z`, edits: i + 1 })),
    },
  ]);
  await gateway.load(
    'pageviews-per-article',
    months.map((timestamp, i) => ({
      project: 'en.wikipedia',
      article: 'Cat',
      granularity: 'monthly',
      access: 'all-access',
      agent: 'user',
      timestamp,
      views: i + 1,
    })),
  );
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

interface Body {
  readonly detail: string;
  readonly hint?: string;
  readonly items?: readonly { readonly results?: readonly unknown[] }[];
}

async function asked(path: string, status: number): Promise<Body> {
  const response = await gateway.get(`/metrics${path}`);
  assert.equal(response.status, status, response.text);
  return response.body as Body;
}

const edits = (range: string, grain = 'monthly'): string =>
  `/edits/aggregate/en.wikipedia/all-editor-types/all-page-types/${grain}/${range}`;
const views = (range: string, grain = 'monthly'): string =>
  `/pageviews/per-article/en.wikipedia/all-access/user/Cat/${grain}/${range}`;

describe('a range without a period is told the one that works', () => {
  for (const [path, detail, hint] of [
    [
      edits('20210101/20210131'),
      'no full months found in specified date range',
      'Here the end is not part of the range, and only whole months are answered: write 20210101 as the start and 20210201 as the end.',
    ],
    [
      edits('20210101/20210101'),
      'start timestamp should be before the end timestamp',
      'Here the end is not part of the range, and only whole months are answered: write 20210101 as the start and 20210201 as the end.',
    ],
    [
      edits('20210115/20210115', 'daily'),
      'start timestamp should be before the end timestamp',
      'Here the end is not part of the range: write 20210115 as the start and 20210116 as the end.',
    ],
    [
      views('20210110/20210220'),
      'no full months found in specified date range',
      'Here only whole months are answered: write 20210101 as the start and 20210228 as the end.',
    ],
    [
      views('20210101/20211130', 'yearly'),
      'no full years found in specified date range',
      'Here only whole years are answered: write 20210101 as the start and 20211231 as the end.',
    ],
  ] as const)
    test(path, async () => {
      const body = await asked(path, 400);
      assert.deepEqual([body.detail, body.hint], [detail, hint]);
    });

  test('and that one does work', async () => {
    const { items } = await asked(edits('20210101/20210201'), 200);
    assert.equal(items?.[0]?.results?.length, 1);
  });

  test('dates that cross are told nothing of it', async () => {
    assert.equal((await asked(edits('20210201/20210101'), 400)).hint, undefined);
  });
});

describe('a month as a start or an end is the whole month', () => {
  test('where the end is part of a range, and where it isn’t', async () => {
    assert.equal((await asked(views('2021-01/2021-03'), 200)).items?.length, 3);
    assert.equal((await asked(edits('2021-01/2021-03'), 200)).items?.[0]?.results?.length, 3);
    assert.equal((await asked(edits('2021-02/2021-02'), 200)).items?.[0]?.results?.length, 1);
    assert.equal((await asked(edits('2021-02/20210401'), 200)).items?.[0]?.results?.length, 2);
    assert.deepEqual(
      (await asked(views('2021-01/2021-03'), 200)).items,
      (await asked(views('20210101/20210331'), 200)).items,
    );
  });

  test('a month that the calendar lacks is no date, nor are AQS’s years and months', async () => {
    for (const bad of ['2021-13', '2021-00', '202101', '2021', '2021-1']) {
      const { detail, hint } = await asked(views(`${bad}/2021-03`), 400);
      assert.equal(detail, 'start timestamp is invalid, must be a valid date in YYYYMMDD format');
      assert.equal(
        hint,
        `${bad} is not a date. Write one such as 2024-03-01, a month such as 2024-03, -30d or latest.`,
      );
    }
  });
});

describe('a week of which days are missing', () => {
  test('isn’t said to be not loaded', async () => {
    const latest = await asked('/datasets/sales/Nord/weekly/20240101/latest', 404);
    assert.equal(
      latest.detail,
      'There are no whole weeks of sales for branch Nord: a weekly number needs all of its days.',
    );
    assert.match(
      latest.hint ?? '',
      /daily numbers from 2024-01-01 to 2024-01-03\. A weekly number needs all of its days\.$/,
    );
    const named = await asked('/datasets/sales/Nord/weekly/20240101/20240107', 404);
    assert.equal(
      named.detail,
      'There are no whole weeks of sales for branch Nord, 2024-01-01: a weekly number needs all of its days.',
    );
  });

  test('where nothing of it is, it is', async () => {
    const late = await asked('/datasets/sales/Nord/weekly/20250106/20250112', 404);
    assert.equal(late.detail, 'Nothing is loaded for sales for branch Nord, 2025-01-06.');
  });
});
