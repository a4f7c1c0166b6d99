import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import type { CoverageInterval } from '../../../src/core/time/coverage.ts';
import type { TableState } from '../../../src/core/time/table-state.ts';
import type { Plan, SeriesPlan } from '../../../src/core/question/plan.ts';
import { plan as planOf } from '../../../src/core/question/planner.ts';
import { checkPoints } from '../../../src/core/question/points.ts';
import { Problem } from '../../../src/core/problem.ts';
import type { QuestionOptions } from '../../../src/core/question/question.ts';
import { formatDate, ordinalAt, type Grain } from '../../../src/core/time/time.ts';
import { METRICS } from '../../../src/metrics/index.ts';

const catalogue = makeCatalogue(METRICS);
const NOW = Date.parse('2024-03-15T10:30:00Z');

function state(
  grain: Grain,
  scopes: Record<string, [from: string, to: string, complete?: boolean][]>,
): TableState {
  const period = (text: string): number => ordinalAt(grain, Date.parse(text));
  return {
    version: 7,
    partitions: new Map(),
    coverage: new Map([
      [
        grain,
        new Map(
          Object.entries(scopes).map(([scope, spans]) => [
            scope,
            spans.map(([a, b, complete = false]): CoverageInterval => ({
              first: period(a),
              last: period(b),
              complete,
            })),
          ]),
        ),
      ],
    ]),
  };
}

const loaded: Record<string, TableState> = {
  daily: state('daily', {
    'en.wikipedia': [
      ['2020-01-01', '2024-03-13', true],
      ['2024-03-14', '2024-03-14'],
    ],
  }),
  monthly: state('monthly', { 'en.wikipedia': [['2020-02-01', '2024-02-01']] }),
};
const article = { project: ['en.wikipedia'], access: ['all-access'], agent: ['user'], article: ['Cat'] };

function plan(
  granularity: string,
  start: string,
  end: string,
  options: QuestionOptions = {},
  where: Record<string, readonly string[]> = article,
): SeriesPlan {
  const source = granularity === 'weekly' ? 'daily' : granularity === 'yearly' ? 'monthly' : granularity;
  const question = { metric: 'pageviews-per-article', where, period: { granularity, start, end }, options };
  return planOf(question, {
    catalogue,
    stateOf: () => loaded[source] as TableState,
    clock: { now: () => NOW },
  }) as SeriesPlan;
}

function spanOf({ parts, grain }: SeriesPlan): [string, string] {
  const span = parts[0]?.span ?? { first: 0, last: 0 };
  return [formatDate(grain, span.first), formatDate(grain, span.last)];
}

function problem(make: () => Plan): Problem {
  try {
    make();
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  return assert.fail('no problem');
}

describe('the range of a question', () => {
  test('is clipped to what was loaded', () => {
    assert.deepEqual(spanOf(plan('daily', '20190101', '20200102')), ['2020-01-01', '2020-01-02']);
  });

  test('reads latest as the newest complete period, also for both ends', () => {
    assert.deepEqual(spanOf(plan('daily', 'latest', 'latest')), ['2024-03-13', '2024-03-13']);
    assert.deepEqual(spanOf(plan('monthly', '20240101', 'latest')), ['2024-01-01', '2024-02-01']);
  });

  test('reads times before now', () => {
    assert.deepEqual(spanOf(plan('daily', '-10d', '-5d')), ['2024-03-05', '2024-03-10']);
    assert.deepEqual(spanOf(plan('monthly', '-3m', 'latest')), ['2024-01-01', '2024-02-01']);
  });

  test('a month before the 31st is the last day of a shorter month', () => {
    const clock = { now: () => Date.parse('2024-03-31T12:00:00Z') };
    const question = {
      metric: 'pageviews-per-article',
      where: article,
      period: { granularity: 'daily', start: '-1m', end: '-1m' },
      options: {},
    };
    const found = planOf(question, {
      catalogue,
      stateOf: () => loaded['daily'] as TableState,
      clock,
    }) as SeriesPlan;
    assert.deepEqual(spanOf(found), ['2024-02-29', '2024-02-29']);
  });

  test('has only weeks and years whose days or months are all loaded', () => {
    // 2020-01-01 is a Wednesday; 2024-03-14 a Thursday.
    assert.deepEqual(spanOf(plan('weekly', '20191201', '20240331')), ['2020-01-06', '2024-03-04']);
    assert.deepEqual(spanOf(plan('yearly', '20190101', '20241231')), ['2021-01-01', '2023-01-01']);
    assert.deepEqual(spanOf(plan('weekly', 'latest', 'latest')), ['2024-03-04', '2024-03-04']);
  });

  test('says whether newer data could change the answer', () => {
    assert.equal(plan('daily', '20240101', '20240110').closed, true);
    assert.equal(plan('daily', '20240301', '20240314').closed, false);
    assert.equal(plan('monthly', '20240101', '20241231').closed, false);
  });

  test('the same question has the same key, however its dates are written', () => {
    const keys = [
      plan('daily', '20240305', '20240310'),
      plan('daily', '-10d', '-5d'),
      plan('daily', '2024-03-05', '2024031024'),
    ].map(({ key }) => key);
    assert.equal(new Set(keys).size, 1);
    assert.notEqual(plan('daily', '20240305', '20240311').key, keys[0]);
  });
});

describe('what can be wrong with a question names its parameter', () => {
  const wrong: [name: string, parameter: string, make: () => Plan][] = [
    ['granularity', 'granularity', () => plan('fortnightly', '20240101', '20240131')],
    ['a start that is no date', 'start', () => plan('daily', '20240230', '20240301')],
    ['an end that is no date', 'end', () => plan('daily', '20240201', 'tomorrow')],
    ['a start after the end', 'start', () => plan('daily', '20240202', '20240201')],
    ['no whole month', 'end', () => plan('monthly', '20240102', '20240131')],
    ['no whole week', 'end', () => plan('weekly', '20240102', '20240107')],
    [
      'a value that is not in the list',
      'access',
      () => plan('daily', '20240101', '20240131', {}, { ...article, access: ['phone'] }),
    ],
    [
      'a value that is missing',
      'article',
      () => plan('daily', '20240101', '20240131', {}, { ...article, article: [] }),
    ],
    [
      'an empty value',
      'article',
      () => plan('daily', '20240101', '20240131', {}, { ...article, article: ['Cat', ''] }),
    ],
    ['a NUL', 'article', () => plan('daily', '20240101', '20240131', {}, { ...article, article: ['a\0b'] })],
    ['fill', 'fill', () => plan('daily', '20240101', '20240131', { fill: 'nothing' })],
    [
      'a sum of a total and its parts',
      'access',
      () =>
        plan(
          'daily',
          '20240101',
          '20240131',
          { sum: 'access' },
          { ...article, access: ['all-access', 'desktop'] },
        ),
    ],
    ['sum', 'sum', () => plan('daily', '20240101', '20240131', { sum: 'country' })],
  ];
  for (const [name, parameter, make] of wrong) {
    test(name, () => {
      const found = problem(make);
      assert.equal(found.status, 400);
      assert.equal(found.members.parameter, parameter);
    });
  }

  test('measures that do not add up are not summed', () => {
    const question = {
      metric: 'unique-devices',
      where: { project: ['en.wikipedia', 'de.wikipedia'], 'access-site': ['all-sites'] },
      period: { granularity: 'daily', start: '20240101', end: '20240102' },
      options: { sum: 'project' },
    };
    const found = problem(() =>
      planOf(question, { catalogue, stateOf: () => loaded['daily'] as TableState, clock: Date }),
    );
    assert.equal(found.members.parameter, 'sum');
  });
});

describe('nothing to read', () => {
  test('a project that was never loaded and a range outside of the loaded one have different reasons', () => {
    assert.equal(
      problem(() => plan('daily', '20240101', '20240131', {}, { ...article, project: ['xx.wikipedia'] }))
        .members.reason,
      'not-loaded',
    );
    assert.equal(problem(() => plan('daily', '20150101', '20150131')).members.reason, 'outside-coverage');
  });
});

describe('points', () => {
  test('are periods x series x measures, after clipping', () => {
    const one = plan('daily', '20240301', '20260331');
    assert.equal(one.cost, 14);
    const three = plan(
      'daily',
      '20240301',
      '20260331',
      {},
      { ...article, article: ['Cat', 'Dog', 'Cat', 'Emu'] },
    );
    assert.equal(three.cost, 42);
  });

  test('one series is never refused, several are when they cost more than the budget', () => {
    const one = plan('daily', '20200101', '20240314');
    checkPoints([one], 10);
    assert.equal(problem(() => (checkPoints([one, one], 10), one)).code, 'too-many-points');
    const summed = plan(
      'daily',
      '20200101',
      '20240314',
      { sum: 'article' },
      { ...article, article: ['Cat', 'Dog'] },
    );
    assert.equal(summed.parts.length, 1);
    assert.equal(summed.cost, 2 * one.cost);
    assert.equal(problem(() => (checkPoints([summed], one.cost), one)).code, 'too-many-points');
  });
});

void test('questions with different values have different keys, whatever characters the values have', () => {
  const value = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('A', '|', ',', '\x01', '"') });
  const values = fc.uniqueArray(value, { minLength: 1, maxLength: 3 });
  const keyOf = (titles: readonly string[]) =>
    plan('daily', '20240101', '20240102', {}, { ...article, article: titles }).key;
  fc.assert(
    fc.property(values, values, (some, others) => {
      assert.equal(keyOf(some) === keyOf(others), some.join('\0') === others.join('\0'));
    }),
    { examples: [[['A|B'], ['A', 'B']]] },
  );
});
