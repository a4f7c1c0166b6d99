import type { RangeRule } from '../core/metric.ts';

/*
 * What the families of edits, editors, edited pages and bytes have in common (AQS: its Druid
 * families): items nest their rows, and the end of a range is excluded.
 */

export const EDIT_SERIES = {
  shape: { kind: 'series', nest: 'results' },
  home: 'warehouse',
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'exclusive', months: 'whole' },
  timestamp: 'ISO',
  scope: ['project'],
} as const;

/** AQS: of one page or one editor a year and a day at most. */
export const ONE_YEAR: RangeRule = { end: 'exclusive', months: 'whole', maxDays: 367 };

/** AQS: where nothing happened there are zeros. */
export const WITH_ZEROS: RangeRule = { end: 'exclusive', months: 'whole', missing: 'zero' };

export const EDIT_TOP = {
  home: 'series',
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'exclusive', months: 'whole' },
  timestamp: 'ISO',
  scope: ['project'],
} as const;

/** AQS: lists of the edit families have the first hundred. */
export const EDIT_TOP_LIMIT = 100;
