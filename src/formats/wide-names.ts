import { isTotal } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import { invalidParameter } from '../core/problem.ts';
import { valueNameOf } from '../core/metric/value-names.ts';

/**
 * The maximum number of columns of a wide table besides its date. Spreadsheets open that many; Limn's largest
 * table had 243.
 */
export const MAX_COLUMNS = 500;

/** Series of one metric that become columns. */
export interface WidePart {
  readonly metric: Metric;
  /** For each series, one value for each dimension. */
  readonly series: readonly (readonly string[])[];
  /** The measures that become columns. The default is all of them. */
  readonly measures?: readonly string[];
  /** The dimensions whose values are shown by their names. */
  readonly names?: readonly string[];
  /** The name that a data owner gave the part. */
  readonly label?: string;
}

/** A column besides the date. */
export interface WideColumn {
  /** Unique in its table, stable for the same question: lower-case letters, digits and underscores. */
  readonly id: string;
  /** A header for people, also unique, that needs no quotes. */
  readonly label: string;
  /** The header with all of its characters. */
  readonly name: string;
  /** `int` if it has whole numbers only. */
  readonly type: 'int' | 'float';
  /** The index of its part. */
  readonly part: number;
  /** The index of its series in the part. */
  readonly series: number;
  /** The index of its measure in the metric. */
  readonly measure: number;
}

/**
 * The columns of some series, one for each series and measure, in the order asked. Only the question is
 * needed for them; nothing is read.
 * @throws Problem if there are more than `MAX_COLUMNS`
 */
export function wideColumns(parts: readonly WidePart[]): WideColumn[] {
  const count = parts.reduce((sum, part) => sum + part.series.length * measuresOf(part).length, 0);
  if (count > MAX_COLUMNS) {
    const detail = `The table would have ${count} columns, one for each series and measure. It may have ${MAX_COLUMNS}. Ask for fewer values.`;
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

/** The dimension with the most values in the question. */
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

/** The words that distinguish a column from the others of its table. */
function nameOf(parts: readonly WidePart[], part: WidePart, values: readonly string[], name: string): string {
  const { label, series } = part;
  const called = values.map((value, d) => calledIn(part, d, value));
  const varying = called.filter((_, d) => series.some((other) => other[d] !== values[d]));
  const words =
    label === undefined && parts.length > 1 ? describe(part, values) : [label ?? [], varying].flat();
  if (measuresOf(part).length > 1 || words.length === 0) words.push(name);
  return words.join(' ');
}

/** The name of a value if it is asked for and known, else the value. */
function calledIn({ metric, names = [] }: WidePart, place: number, value: string): string {
  const dimension = metric.dimensions[place];
  return (dimension && names.includes(dimension.name) && valueNameOf(dimension, value)) || value;
}

/** The values of a series without totals: `en.wikipedia user`. */
function describe({ metric }: WidePart, values: readonly string[]): string[] {
  const words = values.filter((value, d) => {
    const dimension = metric.dimensions[d];
    return !dimension || (metric.fixed?.[dimension.name] === undefined && !isTotal(dimension, value));
  });
  return words.length > 0 ? words : [metric.title];
}

const MAX_ID_CHARACTERS = 60;

/**
 * Turns a name into an id: `[a-z0-9_]`, beginning with a letter. Limn stores cells in a JavaScript array
 * under their ids, so an index or the name of an array's member would break it.
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
 * Turns a name into a header that needs no quotes: Limn splits lines at commas and tabs, and cuts off
 * everything after ` #` or `//` as a comment.
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
