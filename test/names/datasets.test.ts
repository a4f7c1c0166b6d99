import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { folderWith, mistakesOf, remove } from '../datasets/folder.ts';
import { INHERITED, itemsOf, metricsNamed } from './named.ts';

/* Data sets whose columns are called as what every JavaScript object has by itself. */

const RACES = {
  'races.csv': [
    'race,constructor,__proto__,toString',
    '2024-01,Ferrari,dry,12',
    '2024-01,Lotus,dry,7',
    '2024-02,Ferrari,wet,15',
    '2024-02,Lotus,wet,',
    '',
  ].join('\n'),
  'races.yaml': [
    'dataset: races',
    'title: Points in races',
    'licence: CC0-1.0',
    'file: races.csv',
    'grain: monthly',
    'date: race',
    'dimensions: [constructor, { name: weather, column: __proto__ }]',
    'measures: { points: { column: toString } }',
  ].join('\n'),
  'wide.csv': 'race,constructor,__proto__,valueOf\n2024-01,1,2,3\n2024-02,4,5,6\n',
  'wide.yaml': [
    'dataset: wide',
    'title: Points by team',
    'licence: CC0-1.0',
    'file: wide.csv',
    'grain: monthly',
    'date: race',
    'wide: { dimension: constructor, columns: { constructor: one, __proto__: two, valueOf: null } }',
    'measures: { constructors: null }',
  ].join('\n'),
};
const SAVED = {
  'saved.yaml': [
    'dataset: saved',
    'title: Things here',
    'question: { metric: by-key, where: { constructor: here } }',
  ].join('\n'),
};

let folder: string;
let gateway: Gateway;
before(async () => {
  folder = await folderWith({ ...RACES, ...SAVED });
  gateway = await startGateway({ datasets: [folder], metrics: metricsNamed(INHERITED) });
  await gateway.load('by-key', itemsOf('by-key', INHERITED));
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

void test('columns are read by their names', async () => {
  assert.deepEqual(await mistakesOf(RACES), []);
  const { text } = await gateway.get(
    '/metrics/datasets/races/Ferrari%7CLotus/dry%7Cwet/monthly/20240101/latest.csv',
  );
  assert.deepEqual(text.trim().split('\r\n'), [
    'constructor,weather,granularity,timestamp,points',
    'Ferrari,dry,monthly,2024-01-01,12',
    'Ferrari,wet,monthly,2024-02-01,15',
    'Lotus,dry,monthly,2024-01-01,7',
  ]);
});

void test('the columns of a wide file are values like any others', async () => {
  const { text } = await gateway.get(
    '/metrics/datasets/wide/one%7Ctwo%7CvalueOf/monthly/20240101/latest.csv',
  );
  assert.deepEqual(text.trim().split('\r\n').slice(1), [
    'one,monthly,2024-01-01,1',
    'one,monthly,2024-02-01,4',
    'two,monthly,2024-01-01,2',
    'two,monthly,2024-02-01,5',
    'valueOf,monthly,2024-01-01,3',
    'valueOf,monthly,2024-02-01,6',
  ]);
});

void test('a saved question settles such a dimension, and others are not settled by accident', async () => {
  const { text } = await gateway.get('/metrics/datasets/saved/this/daily/20240101/20240101.csv');
  assert.match(text, /here,this,daily,2024-01-01,11/);
  const question = { metric: 'saved', range: '2024-01-01', by: ['toString'] };
  const answer = await gateway.agent().post('/query').send(question);
  const rows = [
    { toString: 'that', valueOf: 21 },
    { toString: 'this', valueOf: 11 },
  ];
  assert.deepEqual((answer.body as { rows: object[] }).rows, rows);
});

void test('a column that is missing is said to be missing', async () => {
  const without = { ...RACES, 'races.csv': RACES['races.csv'].replace('constructor', 'team') };
  const mistakes = await mistakesOf(without);
  assert.match(mistakes[0] ?? '', /there is no column constructor/);
});

void test('so is a field of an item, and none takes its place', async () => {
  const other = await startGateway({ metrics: metricsNamed(INHERITED) });
  try {
    const item = { toString: 'all', granularity: 'daily', timestamp: '20240101', valueOf: 1 };
    await assert.rejects(other.load('by-key', [item]), /constructor.*is missing/s);
    const { valueOf: _, ...rest } = { ...item, ['constructor']: 'here' };
    await assert.rejects(other.load('by-key', [rest]), /valueOf.*is missing/s);
  } finally {
    await other.close();
  }
});
