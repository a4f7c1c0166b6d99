import { type Sql, sql, sqlJoin, sqlNumber, sqlText } from '../core/sql.ts';
import type { Metric } from '../core/metric/metric.ts';
import { STREAM_EVENTS } from '../core/metric/stream-events.ts';
import { DAY_MS, type Grain, HOUR_MS } from '../core/time/time.ts';
import { nearest, suggestion } from '../core/value/nearest.ts';
import type { EventStream, EventStreams } from './event-stream.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import { checkNames, ownMetric } from './own-metric.ts';
import { type StreamDimension, streamDimension } from './stream-dimension.ts';
import { StreamFields, type Wrong } from './stream-fields.ts';
import { type StreamMeasure, streamMeasure } from './stream-measure.ts';
import { streamQuery } from './stream-query.ts';
import type { DatasetText, DimensionText, ValueText } from './texts.ts';
import type { Written } from './validate.ts';
import type { Path } from './yaml-file.ts';

/** Members for the columns of a file. */
const OF_FILES = ['date', 'wide', 'missing', 'complete'] as const;

/** How many dimensions may have a total. Each doubles the rows that are made. */
const MAX_TOTALS = 6;

/** How long a period's events are collected, in ms: if they are kept for less time, its numbers can't be made. */
const LENGTH_MS = { hourly: HOUR_MS, daily: DAY_MS, monthly: 31 * DAY_MS } as const;
const PERIODS = { hourly: 'an hour', daily: 'a day', monthly: 'a month' } as const;

/**
 * Returns the metric of a data set that counts the events of a stream.
 * @throws MistakesError
 */
export function mapStream(written: Written<DatasetText>, streams: EventStreams): Metric {
  const { value } = written;
  const mistakes: Mistake[] = [];
  const wrong: Wrong = (path, message, which) => void mistakes.push(written.mistake(path, message, which));
  for (const name of OF_FILES)
    if (value[name] !== undefined)
      wrong([name], `${name} is for the columns of a file, and a stream has none.`, 'key');
  for (const name of ['grain', 'measures'] as const)
    if (value[name] === undefined) wrong([], `${name} is missing: a data set from a stream needs it.`, 'key');
  const stream = streams.get(value.stream ?? '');
  if (!stream) {
    const near = nearest(value.stream ?? '', streams.keys());
    const hint = near ? suggestion(near) : `; there are ${[...streams.keys()].join(', ')}.`;
    wrong(['stream'], `there is no stream ${value.stream}${hint}`);
    throw new MistakesError(mistakes);
  }
  const fields = new StreamFields(stream, wrong);
  const named: [string, Path][] = [];
  const dimensions = (value.dimensions ?? []).flatMap((entry, i): StreamDimension[] => {
    const declared: DimensionText = typeof entry === 'string' ? { name: entry } : entry;
    named.push([declared.name, ['dimensions', i]]);
    const made = streamDimension(value.dataset, declared, ['dimensions', i], fields, wrong);
    return made ? [made] : [];
  });
  const measures = Object.entries(value.measures ?? {}).flatMap(([name, declared]) => {
    named.push([name, ['measures', name]]);
    const made = streamMeasure(name, declared, fields, wrong);
    return made ? [[name, made] as const] : [];
  });
  const where = conditions(value.where ?? {}, fields, wrong);
  checkNames(named, wrong);
  checkRetention(value.grain as Grain, stream, fields, wrong);
  const totals = dimensions.filter(({ dimension }) => dimension.total !== undefined);
  if (totals.length > MAX_TOTALS)
    wrong(
      ['dimensions'],
      `at most ${MAX_TOTALS} dimensions can have a total; ${totals.length} have one.`,
      'key',
    );
  if (mistakes.length > 0) throw new MistakesError(mistakes);
  return metricOf(value, { stream, fields, dimensions, measures, where });
}

interface Parts {
  readonly stream: EventStream;
  readonly fields: StreamFields;
  readonly dimensions: readonly StreamDimension[];
  readonly measures: readonly (readonly [name: string, measure: StreamMeasure])[];
  readonly where: readonly Sql[];
}

function metricOf(value: DatasetText, { stream, fields, dimensions, measures, where }: Parts): Metric {
  const grain = value.grain as Grain;
  const keys = dimensions.map(({ value: made, dimension: { total } }) => ({
    value: made,
    ...(total === undefined ? {} : { total: sqlText(total) }),
  }));
  const rows = streamQuery({
    // A table has at least one dimension.
    dimensions: keys.length > 0 ? keys : [{ value: sqlText(value.dataset) }],
    measures: measures.map(([, { made }]) => made),
    where,
  });
  const { used, needsPersonal } = fields;
  return ownMetric(value, {
    grain,
    dimensions: dimensions.map(({ dimension }) => dimension),
    measures: Object.fromEntries(measures.map(([name, { measure }]) => [name, measure])),
    scope: 'all series together',
    aggregate: {
      source: STREAM_EVENTS,
      events: { stream: stream.name, fields: used, needsPersonal },
      rows,
      ofFamilies: false,
    },
    // Numbers that mean something else lie in another table.
    meaning: [
      stream.name,
      grain,
      ...[...dimensions, ...measures.map(([, measure]) => measure)].map(({ meaning }) => meaning),
    ],
  });
}

/** Returns the conditions under which an event counts. */
function conditions(where: NonNullable<DatasetText['where']>, fields: StreamFields, wrong: Wrong): Sql[] {
  return Object.entries(where).flatMap(([name, given]) => {
    const path = ['where', name];
    const field = fields.find(name, 'where', path, 'key');
    if (!field) return [];
    const { type } = field;
    if (type === 'json' || type === 'time') {
      wrong(
        path,
        `${name} is ${type === 'json' ? 'a value with parts' : 'a time'}, which can't be compared.`,
        'key',
      );
      return [];
    }
    const isNumber = type === 'integer' || type === 'number';
    const expected = isNumber ? 'number' : type === 'boolean' ? 'boolean' : 'string';
    const column = fields.column(field, isNumber ? 'number' : 'text');
    const values = Array.isArray(given) ? (given as readonly ValueText[]) : [given as ValueText];
    const each = values.map((one, i) => {
      if (typeof one !== expected)
        wrong(
          Array.isArray(given) ? [...path, i] : path,
          `${name} is ${WORDS[type]}, unlike ${JSON.stringify(one)}.`,
        );
      return sql`${column} = ${typeof one === 'number' ? sqlNumber(one) : sqlText(String(one))}`;
    });
    return [sql`(${sqlJoin(each, sql` OR `)})`];
  });
}

const WORDS = {
  text: 'a text',
  integer: 'a number',
  number: 'a number',
  boolean: 'true or false',
} as const;

/** Reports that events don't stay for as long as a period lasts. */
function checkRetention(grain: Grain, stream: EventStream, fields: StreamFields, wrong: Wrong): void {
  const needed = LENGTH_MS[grain as keyof typeof LENGTH_MS];
  if (needed === undefined) return;
  const period = PERIODS[grain as keyof typeof PERIODS];
  const { name, retentionMs, personalMs } = stream;
  if (retentionMs < needed)
    wrong(
      ['grain'],
      `events of ${name} are kept for ${daysOf(retentionMs)}, less than ${period}: count them ${finer(retentionMs)}, or keep them longer.`,
    );
  else if (fields.needsPersonal && personalMs < needed)
    wrong(
      ['grain'],
      `personal fields of ${name} are kept for ${daysOf(personalMs)}, less than ${period}: count them ${finer(personalMs)}, or keep them longer.`,
    );
}

function finer(keptMs: number): string {
  return keptMs >= LENGTH_MS.daily ? 'daily' : 'hourly';
}

function daysOf(ms: number): string {
  const [count, unit] = ms >= DAY_MS ? [ms / DAY_MS, 'day'] : [ms / HOUR_MS, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
