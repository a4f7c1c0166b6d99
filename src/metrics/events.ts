import { closed, text } from '../core/metric/dimension.ts';
import { count } from '../core/metric/measure.ts';
import { defineMetric } from '../core/metric/metric.ts';

/** What became of events. `late` ones are among the accepted: a sum of all outcomes leaves them out. */
const outcome = {
  ...closed(
    'outcome',
    'What became of an event: it is in the raw table (accepted; late: of these, those that came when their hour was closed), it had the id of another one (duplicate), or it could not be taken (rejected).',
    ['accepted', 'late', 'duplicate', 'rejected'],
  ),
  subtotals: { values: ['late'] },
};

const stream = text('stream', 'The stream that the events belong to, or were meant for.', {
  example: 'pageview',
  allowed: 'the name of a stream',
});

export const events = defineMetric({
  name: 'events',
  title: 'Events that were collected',
  doc: 'How many events of each stream came in, by the hour in which they were received, and what became of them.',
  source: 'Kraken: the loader',
  caveats: ['Hours and days that are not over yet have the events that were loaded so far.'],
  path: '/events/{stream}/{outcome}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'warehouse',
  dimensions: [stream, outcome],
  measures: { events: count('events', 'Events.') },
  grains: { hourly: 'stored', daily: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  scope: ['stream'],
  examples: [
    { stream: 'pageview', outcome: 'accepted', granularity: 'daily', start: '20261101', end: '20261130' },
  ],
});
