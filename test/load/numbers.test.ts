import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WrittenNumber } from '../../src/core/value/exact-json.ts';
import { EDIT_EVENTS } from '../../src/core/metric/edit-events.ts';
import { FieldError } from '../../src/load/bad-row.ts';
import { EventItems } from '../../src/load/events/event-items.ts';
import { Pseudonyms } from '../../src/load/events/pseudonyms.ts';
import { JsonLines } from '../../src/load/item-lines.ts';
import { readNumber, whyNoNumber } from '../../src/load/numbers.ts';
import { RowsBuilder } from '../../src/load/rows-builder.ts';
import { knowledgeGapPerCategory } from '../../src/metrics/knowledge-gap-per-category.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { fileWith, readAll } from './files.ts';

void test('a count is read in any spelling of a whole number', () => {
  for (const [value, number] of [
    ['1.2e3', 1200],
    ['1e+05', 100_000],
    ['6.0', 6],
    ['007', 7],
    [6, 6],
    ['9007199254740991', 2 ** 53 - 1],
    ['9.007199254740991e15', 2 ** 53 - 1],
    [null, 0],
  ] as const)
    assert.equal(readNumber('count', value), number);
  assert.ok(Object.is(readNumber('count', '-0'), 0));
  for (const value of ['1.5', '-1', -1, 1.5, 2 ** 53, '9007199254740990.6', '1e-400', '', true, {}, 'few'])
    assert.equal(readNumber('count', value), undefined);
});

void test('differences may be negative, and decimals any number that a double can hold', () => {
  assert.equal(readNumber('difference', '-1.2e3'), -1200);
  assert.equal(readNumber('difference', '-9007199254740991'), -(2 ** 53 - 1));
  assert.equal(readNumber('difference', '-9007199254740993'), undefined);
  assert.equal(readNumber('decimal', '-0.30000000000000004'), -(0.1 + 0.2));
  assert.equal(readNumber('decimal', '9007199254740994'), 2 ** 53 + 2);
  for (const value of ['9007199254740993', '9007199254740992.5', '0.1234567890123456789', Infinity])
    assert.equal(readNumber('decimal', value), undefined);
});

void test('the message for a declared kind names the kind that fits the number, or says that none does', () => {
  for (const [kind, value, why] of [
    ['count', '12.5', '"12.5" is not a whole number from 0 to 2^53-1; kind: decimal takes it'],
    ['count', '-5', '"-5" is not a whole number from 0 to 2^53-1; kind: difference takes it'],
    [
      'count',
      '9007199254740994',
      '"9007199254740994" is not a whole number from 0 to 2^53-1; kind: decimal takes it',
    ],
    [
      'count',
      '9007199254740993',
      '"9007199254740993" is not a whole number from 0 to 2^53-1; no kind stores all of its digits: the nearest number that can be stored is 9007199254740992',
    ],
    [
      'decimal',
      new WrittenNumber('0.1234567890123456789'),
      '0.1234567890123456789 cannot be stored exactly; no kind stores all of its digits: the nearest number that can be stored is 0.12345678901234568',
    ],
    [
      'count',
      '1,3',
      '"1,3" is not a whole number from 0 to 2^53-1; with a point for the comma it is 1.3, which kind: decimal takes',
    ],
    ['count', '+5', '"+5" is not a whole number from 0 to 2^53-1; without the plus it is 5'],
    ['decimal', '+.5', '"+.5" is not a number'],
    ['decimal', '-.5', '"-.5" is not a number; with a zero before the point it is -0.5'],
    [
      'count',
      '.5',
      '".5" is not a whole number from 0 to 2^53-1; with a zero before the point it is 0.5, which kind: decimal takes',
    ],
    ['count', '5.', '"5." is not a whole number from 0 to 2^53-1; without the point at its end it is 5'],
    ['decimal', '12.5 %', '"12.5 %" is not a number; without the % it is 12.5'],
    [
      'difference',
      '\u22125',
      '"\u22125" is not a whole number from -(2^53-1) to 2^53-1; with a hyphen for the minus it is -5',
    ],
    ['decimal', '€ 3.20', '"€ 3.20" is not a number; without the currency it is 3.20'],
    ['decimal', '1e400', '"1e400" is larger than the largest number that can be stored'],
    [
      'count',
      '1,234',
      '"1,234" is not a whole number from 0 to 2^53-1; without separators of thousands it is 1234; with a point for the comma it is 1.234, which kind: decimal takes',
    ],
    [
      'decimal',
      '1.234.567,5',
      '"1.234.567,5" is not a number; without separators of thousands it is 1234567.5',
    ],
    ['decimal', '1,5', '"1,5" is not a number; with a point for the comma it is 1.5'],
    [
      'count',
      '1.234',
      '"1.234" is not a whole number from 0 to 2^53-1; without separators of thousands it is 1234; kind: decimal takes it',
    ],
    ['count', 'few', '"few" is not a whole number from 0 to 2^53-1'],
  ] as const)
    assert.equal(whyNoNumber(kind, value, true), why);
  assert.equal(whyNoNumber('count', -1, false), '-1 is not a whole number from 0 to 2^53-1');
});

const LOST = ['0.1234567890123456789', '9007199254740992.5', '12345678901234567890.5', '1e-400'];

void test('a decimal that a double would round is refused in CSV, NDJSON and JSON, and the shortest and longest spellings come back', async (t) => {
  const names = knowledgeGapPerCategory.dimensions.map(({ name }) => name);
  const fields = names.map((name, i) => knowledgeGapPerCategory.dimensions[i]?.example ?? name);
  const item = (value: string): string =>
    `{${names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(fields[i])}`).join()},"dt":"2024-01-01","value":${value}}`;
  const files = (value: string): string[] => [
    `${[...names, 'dt', 'value'].join()}\n${[...fields, '2024-01-01', value].join()}\n`,
    `${item(value)}\n`,
    `{"items":[${item(value)}]}`,
  ];
  for (const value of LOST)
    for (const file of files(value))
      await assert.rejects(readAll(knowledgeGapPerCategory, [fileWith(t, 'a', file)]), (error: Error) => {
        assert.match(error.message, /field "value": .* cannot be stored exactly/);
        assert.ok(error.message.includes(value), error.message);
        return true;
      });
  for (const value of ['0.1', '0.10000000000000001', '0.30000000000000004', '1e23'])
    for (const file of files(value)) {
      const { rows } = await readAll(knowledgeGapPerCategory, [fileWith(t, 'a', file)]);
      assert.equal(rows[0]?.split(' ').at(-1), String(Number(value)));
    }
});

void test('a count in scientific notation is one in every format; one that is not whole is refused', async (t) => {
  const item = (views: string): string =>
    `{"project":"en.wikipedia","article":"Cat","granularity":"daily","timestamp":"20240229","access":"desktop","agent":"user","views":${views}}`;
  const csv = (views: string): string =>
    `project,article,granularity,timestamp,access,agent,views\nen.wikipedia,Cat,daily,20240229,desktop,user,${views}\n`;
  for (const file of [item('1.2e3'), csv('1.2e3'), csv('1200.0'), csv('"1.2E+03"')]) {
    const { rows } = await readAll(pageviewsPerArticle, [fileWith(t, 'a', file)]);
    assert.deepEqual(rows, ['daily 19782 en.wikipedia desktop user Cat 1200']);
  }
  for (const file of [
    item('1.2345e3'),
    csv('1.2345e3'),
    csv('9007199254740990.6'),
    item('9007199254740990.6'),
    item('5.00000000000000001'),
  ])
    await assert.rejects(readAll(pageviewsPerArticle, [fileWith(t, 'a', file)]), /is not a whole number/);
});

void test('an event has its id as it was written, however long, and its bytes however a whole number is spelt', () => {
  const items = new EventItems(new Pseudonyms(new Uint8Array(32)));
  const event = (id: string, bytes: string): string =>
    `{"project":"en.wikipedia","event_id":${id},"entity":"revision","editor_type":"user","page_type":"content","timestamp":"2024-03-01T10:00:00Z","bytes_diff":${bytes}}`;
  const rows = new RowsBuilder(EDIT_EVENTS);
  const append = (line: string): void => items.append(new JsonLines().parse(line) ?? {}, rows);
  append(event('12345678901234567891', '-1.2e3'));
  append(event('7', '"1e+05"'));
  const id = EDIT_EVENTS.dimensions.findIndex(({ name }) => name === 'event_id');
  assert.deepEqual(rows.dimensions[id], ['12345678901234567891', '7']);
  assert.deepEqual(rows.measures[0], [-1200, 100_000]);
  for (const bytes of ['1.5', '9007199254740990.6', '"12,000"'])
    assert.throws(() => append(event('8', bytes)), FieldError);
});
