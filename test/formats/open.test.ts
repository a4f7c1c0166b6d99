import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRESENCE, type Answer, type Open } from '../../src/core/question/answer.ts';
import type { PathPlan } from '../../src/core/question/plan.ts';
import { ordinalAt } from '../../src/core/time/time.ts';
import { csv } from '../../src/formats/csv.ts';
import type { Form } from '../../src/formats/form.ts';
import { json, ndjson } from '../../src/formats/json.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';

const DAY = ordinalAt('daily', Date.UTC(2026, 10, 28));
const OPEN: Open = { from: DAY + 1, asOfMs: Date.UTC(2026, 10, 29, 14, 30, 0, 250) };
const MEMBERS = '"provisional":true,"asOf":"2026-11-29T14:30:00.250Z"';
const NO_PLAN = undefined as unknown as PathPlan;

function series(presence: readonly number[], open?: Open): Answer {
  return {
    kind: 'series',
    noRows: [],
    metric: pageviewsPerArticle,
    grain: 'daily',
    series: [
      {
        values: ['blog.example.net', 'all-access', 'user', '/a'],
        first: DAY - 1,
        presence: Uint8Array.from(presence),
        measures: [Float64Array.from([3, 4, 5])],
      },
    ],
    ...(open && { open }),
  };
}

const { absent, stored } = PRESENCE;

function textOf(form: Form, answer: Answer): string {
  const body = form.render(answer, NO_PLAN);
  assert.ok(Buffer.isBuffer(body));
  return body.toString();
}

test('a provisional row says so beside its fields, and a closed one is as ever', () => {
  for (const presence of [
    [stored, stored, stored],
    [absent, absent, stored],
    [stored, stored, absent],
    [stored, absent, stored],
  ]) {
    const before = textOf(ndjson, series(presence)).trimEnd().split('\n');
    const lines = textOf(ndjson, series(presence, OPEN)).trimEnd().split('\n');
    const expected = before.map((line) =>
      line.includes('"timestamp":"2026112900"') ? `${line.slice(0, -1)},${MEMBERS}}` : line,
    );
    assert.deepEqual(lines, expected);
    assert.equal(textOf(json, series(presence, OPEN)), `{"items":[${expected.join(',')}]}`);
  }
});

test('other forms say it in their own way', () => {
  const all = series([stored, stored, stored], OPEN);
  const [head, first, , last] = textOf(csv, all).split('\r\n');
  assert.match(head ?? '', /,views,provisional,asOf$/);
  assert.match(first ?? '', /,3,,$/);
  assert.match(last ?? '', /,5,true,2026-11-29T14:30:00\.250Z$/);
  assert.match(
    textOf(json.shapes.columns, all),
    /\],"open":\{"from":"2026112900","asOf":"2026-11-29T14:30:00\.250Z"\}\}$/,
  );
  assert.doesNotMatch(textOf(csv, series([stored, stored, stored])), /provisional/);
});

test('a list whose period is open says so once', () => {
  const entries = { length: 1, dimensions: [['/a']], ranks: [1], measures: [[5]] };
  const lists = [{ values: ['blog.example.net', 'all-access'], entries }];
  const top: Answer = {
    kind: 'top',
    metric: pageviewsTop,
    grain: 'daily',
    ordinal: DAY + 1,
    lists,
    noRows: [],
  };
  const closed = textOf(json, top);
  assert.equal(textOf(json, { ...top, open: OPEN }), `${closed.slice(0, -3)},${MEMBERS}}]}`);
});
