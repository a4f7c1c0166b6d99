import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeLine } from '../../src/datasets/mistake.ts';
import { built } from './folder.ts';

const SALES = [
  'dataset: shop-sales',
  'title: Sales of shops',
  'licence: CC0-1.0',
  'file: sales.csv',
  'grain: monthly',
  'date: month',
  'dimensions: [shop]',
  'measures: { sales: { kind: decimal } }',
  '',
].join('\n');
const SHOPS = [
  'graph: shops',
  'title: Shops',
  'data:',
  '  - shop-sales',
  '  - /datasets/shop-sales/Nord/monthly/20240101/latest',
  '',
].join('\n');
const BOARD = [
  'dashboard: board',
  'headline: Shops',
  'tabs:',
  '  - name: All',
  '    graphs:',
  '      - shops',
  '      - shop-sales',
  '      - { title: Nord, data: [/datasets/shop-sales/Nord/monthly/20240101/latest] }',
  '',
].join('\n');
const FILES = {
  'sales.csv': 'month,shop,sales\n2024-01,Nord,1.5\n2024-01,Ost,2\n',
  'sales.yaml': SALES,
  'shops.yaml': SHOPS,
  'board.yaml': BOARD,
};

async function told(files: Record<string, string>): Promise<{ mistakes: string[]; warnings: string[] }> {
  const { mistakes, warnings } = await built({ ...FILES, ...files });
  return { mistakes: mistakes.map(mistakeLine), warnings: warnings.map(mistakeLine) };
}

const waitsFor = (name: string, place: string): string =>
  `it waits for ${name}, which isn't published because of ${place}.`;

/** Everything that refers to the data set, when that can't be published. */
const allWait = (place: string): string[] => [
  `shops.yaml:4:5: ${waitsFor('shop-sales', place)}`,
  `shops.yaml:5:5: ${waitsFor('shop-sales', place)}`,
  `board.yaml:6:9: ${waitsFor('shops', place)}`,
  `board.yaml:7:9: ${waitsFor('shop-sales', place)}`,
  `board.yaml:8:31: ${waitsFor('shop-sales', place)}`,
];

void test('a folder without a mistake has neither mistakes nor warnings', async () => {
  assert.deepEqual(await told({}), { mistakes: [], warnings: [] });
});

const SLIPS: Readonly<Record<string, [files: Record<string, string>, place: string]>> = {
  'its form': [{ 'sales.yaml': SALES.replace('decimal', 'decimals') }, 'sales.yaml:8'],
  'a colon that is missing': [
    { 'sales.yaml': SALES.replace('grain: monthly', 'grain monthly') },
    'sales.yaml:5',
  ],
  'capitals in its name': [{ 'sales.yaml': SALES.replace('shop-sales', 'Shop-Sales') }, 'sales.yaml:1'],
  'its first member misspelt': [{ 'sales.yaml': SALES.replace('dataset', 'datset') }, 'sales.yaml:1'],
  'a column that is not there': [{ 'sales.yaml': SALES.replace('[shop]', '[shops]') }, 'sales.yaml:7'],
  'a licence that is missing': [{ 'sales.yaml': SALES.replace('licence: CC0-1.0\n', '') }, 'sales.yaml:1'],
  'a row': [{ 'sales.csv': `${FILES['sales.csv']}2024-02,Nord,some\n` }, 'sales.csv:4'],
};
for (const [what, [files, place]] of Object.entries(SLIPS))
  void test(`a data set that is wrong in ${what} is one mistake, and what refers to it waits`, async () => {
    const { mistakes, warnings } = await told(files);
    assert.equal(mistakes.length, 1, mistakes.join('\n'));
    assert.ok(mistakes[0]?.startsWith(`${place}:`), mistakes[0]);
    assert.deepEqual(warnings, allWait(place));
  });

void test('a graph that is wrong is one mistake, and the dashboard waits for it', async () => {
  for (const shops of [
    SHOPS.replace('title: Shops', 'titel: Shops'),
    SHOPS.replace('monthly', 'montly'),
    SHOPS.replace('title: Shops', 'title Shops'),
  ]) {
    const { mistakes, warnings } = await told({ 'shops.yaml': shops });
    assert.equal(mistakes.length, 1, mistakes.join('\n'));
    const [place = ''] = /^shops\.yaml:\d/.exec(mistakes[0] ?? '') ?? [];
    assert.deepEqual(warnings, [`board.yaml:6:9: ${waitsFor('shops', place)}`]);
  }
});

void test('a name that is misspelt is a mistake, whatever else waits, and the one that was meant is named', async () => {
  const { mistakes } = await told({
    'sales.yaml': SALES.replace('decimal', 'decimals'),
    'shops.yaml': SHOPS.replace('- shop-sales', '- shop-sale'),
  });
  assert.deepEqual(mistakes.slice(1), [
    'shops.yaml:4:5: there is no data set shop-sale: did you mean shop-sales?',
  ]);
});
