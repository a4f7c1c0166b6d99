import { isTotal } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import { invalidParameter } from '../core/problem.ts';
import { valueNameOf } from '../core/metric/value-names.ts';

/** The most columns that a wide table may have, its date not counted. Spreadsheets open as many; Limn's largest had 243. */
export const MAX_COLUMNS = 500;

/** Some series of one metric that become columns. */
export interface WidePart {
  readonly metric: Metric;
  /** One value a dimension, for each series. */
  readonly series: readonly (readonly string[])[];
  /** The measures that become columns; all of them unless given. */
  readonly measures?: readonly string[];
  /** The dimensions whose values are called by their names. */
  readonly names?: readonly string[];
  /** What the part is called, where somebody named it. */
  readonly label?: string;
}

/** A column beside the date. */
export interface WideColumn {
  /** Unique in its table, and the same for the same question: small letters, digits and underscores. */
  readonly id: string;
  /** Unique too, for people; plain enough for a header without quotes. */
  readonly label: string;
  /** The same as it was given, whatever characters it has. */
  readonly name: string;
  /** Whether it has whole numbers only. */
  readonly type: 'int' | 'float';
  readonly part: number;
  readonly series: number;
  /** The place of its measure among the metric's. */
  readonly measure: number;
}

/**
 * The columns that some series make, one a series and measure, in the order asked. They follow from
 * the question alone: nothing has to be read.
 * @throws Problem where there are more than `MAX_COLUMNS`
 */
export function wideColumns(parts: readonly WidePart[]): WideColumn[] {
  const count = parts.reduce((sum, part) => sum + part.series.length * measuresOf(part).length, 0);
  if (count > MAX_COLUMNS) {
    const detail = `The table would have ${count} columns, one a series and measure; it may have ${MAX_COLUMNS}. Ask for fewer values.`;
    throw invalidParameter(widest(parts), detail, `at most ${MAX_COLUMNS} columns`);
  }
  const ids = new Set(['date']);
  const labels = new Set(['date']);
  return parts.flatMap((part, p) =>
    part.series.flatMap((values, series) =>
      measuresOf(part).map((name): WideColumn => {
        const text = nameOf(parts, part, values, name);
        return {
          id: unique(columnId(text), ids, (id, n) => `${id}_${n}`),
          label: unique(plainLabel(text), labels, (label, n) => `${label} (${n})`),
          name: text,
          type: part.metric.measures[name]?.kind === 'decimal' ? 'float' : 'int',
          part: p,
          series,
          measure: Object.keys(part.metric.measures).indexOf(name),
        };
      }),
    ),
  );
}

/** The dimension of which most values were asked for. */
function widest(parts: readonly WidePart[]): string {
  const counts = parts.flatMap(({ metric, series }) =>
    metric.dimensions.map(({ name }, d) => ({
      name,
      count: new Set(series.map((values) => values[d])).size,
    })),
  );
  return counts.reduce((most, one) => (one.count > most.count ? one : most), { name: '', count: 0 }).name;
}

function measuresOf({ metric, measures }: WidePart): readonly string[] {
  return measures ?? Object.keys(metric.measures);
}

/** What tells a column from the others of its table. */
function nameOf(parts: readonly WidePart[], part: WidePart, values: readonly string[], name: string): string {
  const { label, series } = part;
  const called = values.map((value, d) => calledIn(part, d, value));
  const varying = called.filter((_, d) => series.some((other) => other[d] !== values[d]));
  const words =
    label === undefined && parts.length > 1 ? describe(part, values) : [label ?? [], varying].flat();
  if (measuresOf(part).length > 1 || words.length === 0) words.push(name);
  return words.join(' ');
}

/** The name of a value, where that is asked for and known. */
function calledIn({ metric, names = [] }: WidePart, place: number, value: string): string {
  const dimension = metric.dimensions[place];
  return (dimension && names.includes(dimension.name) && valueNameOf(dimension, value)) || value;
}

/** The values of a series but for those that stand for all: `en.wikipedia user`. */
function describe({ metric }: WidePart, values: readonly string[]): string[] {
  const words = values.filter((value, d) => {
    const dimension = metric.dimensions[d];
    return !dimension || (metric.fixed?.[dimension.name] === undefined && !isTotal(dimension, value));
  });
  return words.length > 0 ? words : [metric.title];
}

const MAX_ID_CHARACTERS = 60;

/**
 * A name as an id: `[a-z0-9_]`, beginning with a letter. Limn puts the cells of a row, which is a
 * JavaScript array, under their ids: an index or a name that arrays have would break it.
 */
export function columnId(text: string): string {
  const id = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, MAX_ID_CHARACTERS)
    .replace(/^_+|_+$/g, '');
  return id === '' || /^\d/.test(id) || id in Array.prototype ? `c_${id}`.replace(/_$/, '') : id;
}

/**
 * A name as a header that needs no quotes, and of which nothing is a comment: Limn splits lines at
 * commas and tabs, and cuts off what follows ` #` or `//`.
 */
export function plainLabel(text: string): string {
  const label = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(',', ';')
    .replaceAll('"', "'")
    .replaceAll('#', '♯')
    .replace(/\/{2,}/g, '/')
    .trim();
  return label === '' ? 'series' : label;
}

function unique(name: string, taken: Set<string>, numbered: (name: string, n: number) => string): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = numbered(name, n);
  taken.add(free);
  return free;
}
