import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { History } from '../../../src/core/time/history.ts';
import { historyFromJson, type HistoryJson, historyToJson } from '../../../src/core/time/history-json.ts';
import { EMPTY_STATE } from '../../../src/core/time/table-state.ts';
import { NO_DIFFERENCES } from '../../../src/warehouses/lake/before-values.ts';
import { filesOfHistory, type Made, nextHistory } from '../../../src/warehouses/lake/next-history.ts';

const KEEP = 1000;
const after = (
  history: History | undefined,
  version: number,
  now: number,
  made: Partial<Made> = {},
): History =>
  nextHistory(
    { ...EMPTY_STATE, version: version - 1, ...(history ? { history } : {}) },
    { version, now, why: { cause: 'import' }, coverage: new Map(), differences: NO_DIFFERENCES, ...made },
    KEEP,
  ) as History;
/** Differences of so many rows. */
const differing = (rows: number, isKept = true): Pick<Made, 'differences'> => ({
  differences: { corrections: [], before: { rows, spans: [] }, path: isKept ? 'a file' : undefined },
});

void test('a history begins with the first change, and can go back to the state before it', () => {
  const history = after(undefined, 1, 500);
  assert.deepEqual([history.base, history.since, history.changes.length], [0, 500, 1]);
});

void test('changes older than what is kept go, and the table can be taken back to the last of them', () => {
  const history = [100, 600, 1300].reduce<History | undefined>(
    (known, now, i) => after(known, i + 1, now),
    undefined,
  );
  assert.deepEqual(
    [history?.base, history?.since, history?.changes.map(({ at }) => at)],
    [1, 100, [600, 1300]],
  );
});

void test('two changes never have the same time, even if the clock stands still or goes back', () => {
  const history = [500, 500, 400].reduce<History | undefined>(
    (known, now, i) => after(known, i + 1, now),
    undefined,
  );
  assert.deepEqual(
    history?.changes.map(({ at }) => at),
    [500, 501, 502],
  );
});

void test('a change with too many rows is listed, and the table can be taken back only to it', () => {
  const first = after(undefined, 1, 1, differing(10));
  assert.deepEqual(filesOfHistory(first), ['corrections/1.parquet']);
  const history = after(first, 2, 2, differing(2_000_000, false));
  assert.deepEqual([history.base, history.since, history.changes.length], [2, 2, 2]);
  assert.deepEqual(filesOfHistory(history), []);
  assert.equal(history.changes[1]?.before?.rows, 2_000_000);
});

void test('if all changes together have too many rows, the oldest are given up', () => {
  const history = [1, 2, 3, 4, 5, 6, 7].reduce<History | undefined>(
    (known, now) => after(known, now, now, differing(900_000)),
    undefined,
  );
  assert.deepEqual([history?.base, history?.changes.length], [2, 7]);
  assert.deepEqual(
    filesOfHistory(history),
    [3, 4, 5, 6, 7].map((n) => `corrections/${n}.parquet`),
  );
});

void test('a change without a reason can’t be taken back, nor can anything before it', () => {
  const first = after(undefined, 1, 1, differing(10));
  const history = after(first, 2, 2, { why: undefined });
  assert.deepEqual([history.base, history.since, filesOfHistory(history)], [2, 2, []]);
  const none: Made = { version: 1, now: 1, why: undefined, coverage: new Map(), differences: NO_DIFFERENCES };
  assert.equal(nextHistory(EMPTY_STATE, none, KEEP), undefined);
});

void test('a description that grows too long loses its oldest changes', () => {
  const scopes = (n: number) => Array.from({ length: 2000 }, (_, i) => `project-${n}-${i}.wikipedia`);
  const history = Array.from({ length: 30 }, (_, n) => n).reduce<History | undefined>((known, n) => {
    const coverage = new Map([
      [
        'daily' as const,
        new Map(scopes(n).map((scope) => [scope, [{ first: n, last: n, complete: true }]] as const)),
      ],
    ]);
    return after(known, n + 1, n + 1, { coverage });
  }, undefined) as History;
  assert.ok(JSON.stringify(historyToJson(history)).length <= 512 * 1024);
  assert.ok(history.changes.length > 0 && history.base > 0);
});

void test('a history is the same after it was written and read', () => {
  const history = after(after(undefined, 1, 1, differing(10)), 2, 2, {
    ...differing(2_000_000, false),
    why: { cause: 'retraction', note: 'counted twice' },
    coverage: new Map([
      [
        'daily',
        new Map([
          ['a', [{ first: 1, last: 2, complete: true }]],
          ['b', [{ first: 1, last: 2, complete: true }]],
        ]),
      ],
    ]),
  });
  const text = JSON.stringify(historyToJson(history));
  assert.deepEqual(historyFromJson(JSON.parse(text) as HistoryJson), history);
});
