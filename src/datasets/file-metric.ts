import type { Dimension } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import { nearest, suggestion } from '../core/value/nearest.ts';
import type { Grain } from '../core/time/time.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import { dateOf, numbersOf } from './forms/declared.ts';
import type { NumberForm } from './forms/number-form.ts';
import { dimensionOf } from './listed-dimension.ts';
import { checkNames, measureOf, ownMetric } from './own-metric.ts';
import type { DatasetText, DimensionText } from './texts.ts';
import type { Written } from './validate.ts';
import type { Path } from './yaml-file.ts';

/** A metric, and how the columns of its source map to it. */
export interface Mapped {
  readonly metric: Metric;
  readonly mapping: Mapping;
}

export interface Mapping {
  readonly grain: Grain;
  readonly date: string;
  /** The columns of the dimensions. A dimension without a column is left out. */
  readonly dimensions: readonly string[];
  /** The column of each measure; none for a wide file. */
  readonly measures: readonly string[];
  /** For a wide file, the columns of numbers and the dimension values that they stand for. */
  readonly wide?: readonly { readonly column: string; readonly value: string }[];
  readonly missing: readonly string[];
  readonly complete: boolean;
  /** How dates are written, unless the year is first. */
  readonly dateFormat?: string;
  /** How numbers are written, if it is declared. */
  readonly numbers?: NumberForm;
  /** False if blanks around values are parts of them. */
  readonly trim?: false;
  /** Texts that mark rows of totals, which are left out. */
  readonly totals?: readonly string[];
}

/** The form of a name that can be a dimension's or measure's own name. */
const SMALL = /^[a-z][a-z0-9_-]*$/;

/**
 * Returns the metric of a data set that has its own columns.
 * @param columns the columns of its source
 * @throws MistakesError
 */
export function mapColumns(written: Written<DatasetText>, columns: readonly string[]): Mapped {
  const { value } = written;
  const mistakes: Mistake[] = [];
  const wrong = (path: Path, message: string, which?: 'value' | 'key'): void => {
    mistakes.push(written.mistake(path, message, which));
  };
  const column = (name: string, path: Path, written?: (called: string) => string): string => {
    if (!columns.includes(name)) {
      const there = [...new Set(columns)].filter((one) => one !== '');
      const near = there.find((one) => one.toLowerCase() === name.toLowerCase()) ?? nearest(name, there);
      // A name has small letters, so a column with another spelling is given beside it.
      const spelt = near !== undefined && written && !SMALL.test(near) ? written(near) : undefined;
      const hint = spelt
        ? `: the file has ${near}; write ${spelt}.`
        : near
          ? suggestion(near)
          : `; there are ${there.join(', ')}.`;
      const nameless = columns.indexOf('') + 1;
      // Row numbers of R and pandas have no name, either. Only the owner knows whether the column matters.
      const naming =
        near || nameless === 0
          ? ''
          : ` Column ${nameless} has no name in the header: if you need it, give it one.`;
      wrong(path, `there is no column ${name}${hint}${naming}`);
    }
    return name;
  };
  for (const [path, name] of membersOfStreams(value))
    wrong(
      [...path, name],
      `${name} is for the fields of a stream, and a ${value.table === undefined ? 'file' : 'table'} has none.`,
      'key',
    );
  for (const name of ['grain', 'date', 'measures'] as const)
    if (value[name] === undefined)
      wrong([], `${name} is missing: a data set from a file or table needs it.`, 'key');
  const grain = value.grain as Grain;
  const declaredDate = dateOf(value, wrong);
  const date = declaredDate.column === '' ? '' : column(declaredDate.column, declaredDate.path);
  const numbers = numbersOf(value, wrong);
  const measures = Object.entries(value.measures ?? {});
  const named: [string, Path][] = [];
  const dimensions: Dimension[] = [];
  const dimensionColumns: string[] = [];
  (value.dimensions ?? []).forEach((entry, i) => {
    const declared: DimensionText = typeof entry === 'string' ? { name: entry } : entry;
    const path = ['dimensions', i];
    named.push([declared.name, path]);
    const place = declared.column === undefined ? path : [...path, 'column'];
    const spelt = (called: string): string => `{ name: ${declared.name}, column: ${JSON.stringify(called)} }`;
    const isNamed = declared.column === undefined;
    dimensionColumns.push(column(declared.column ?? declared.name, place, isNamed ? spelt : undefined));
    if (declared.values && declared.total !== undefined && !declared.values.includes(declared.total))
      wrong([...path, 'total'], `${declared.total} is not one of the values.`);
    dimensions.push(dimensionOf(value.dataset, declared));
  });
  let wide: Mapping['wide'];
  if (value.wide) {
    if (value.dimensions) wrong(['dimensions'], 'a wide file has one dimension, which wide: names.', 'key');
    if (value.measures && measures.length !== 1)
      wrong(['measures'], 'a wide file has one measure, for all of its columns.', 'key');
    for (const [name, measure] of measures)
      if (measure?.column !== undefined)
        wrong(['measures', name, 'column'], 'leave this out: wide: says which columns are read.');
    const declaredColumns = value.wide.columns;
    wide = declaredColumns
      ? Object.entries(declaredColumns).map(([name, called]) => ({
          column: column(name, ['wide', 'columns', name]),
          value: called ?? name,
        }))
      : columns.filter((name) => name !== date && name !== '').map((name) => ({ column: name, value: name }));
    const values = wide.map((one) => one.value);
    values.forEach((one, i) => {
      if (one.includes('|')) wrong(['wide'], `a value can't contain a |, unlike ${one}.`, 'key');
      if (values.indexOf(one) !== i) wrong(['wide', 'columns'], `two columns have the value ${one}.`, 'key');
    });
    if (values.length === 0) wrong(['wide'], 'the file has no column besides the date.', 'key');
    const { dimension: name, total, description } = value.wide;
    if (total !== undefined && !values.includes(total)) {
      const near = nearest(total, values);
      wrong(['wide', 'total'], `${total} is not the value of a column${suggestion(near)}`);
    }
    named.push([name, ['wide', 'dimension']]);
    dimensions.push(
      dimensionOf(value.dataset, {
        name,
        values,
        ...(total === undefined ? {} : { total }),
        ...(description === undefined ? {} : { description }),
      }),
    );
  }
  const measureColumns = wide
    ? []
    : measures.map(([name, declared]) =>
        declared?.column === undefined
          ? column(name, ['measures', name], (called) => `${name}: { column: ${JSON.stringify(called)} }`)
          : column(declared.column, ['measures', name, 'column']),
      );
  for (const [name] of measures) named.push([name, ['measures', name]]);
  checkNames(named, wrong);
  const used = [date, ...dimensionColumns, ...measureColumns, ...(wide ?? []).map((one) => one.column)];
  for (const name of new Set(used))
    if (name !== '' && columns.filter((other) => other === name).length > 1)
      wrong([], `the file has two columns ${name}: rename one of them.`);
  if (mistakes.length > 0) throw new MistakesError(mistakes);

  const mapping: Mapping = {
    grain,
    date,
    dimensions: dimensionColumns,
    measures: measureColumns,
    ...(wide ? { wide } : {}),
    missing: value.missing ?? [],
    complete: value.complete ?? false,
    ...(declaredDate.format === undefined ? {} : { dateFormat: declaredDate.format }),
    ...(numbers ? { numbers } : {}),
    ...(value.trim === false ? { trim: value.trim } : {}),
    ...(value.total === undefined ? {} : { totals: [value.total].flat() }),
  };
  const measuresOf = Object.fromEntries(measures.map(([key, measure]) => [key, measureOf(key, measure)]));
  // The scope is a single series: rows missing from one series say nothing about others.
  const scope = 'each series';
  return { metric: ownMetric(value, { grain, dimensions, measures: measuresOf, scope }), mapping };
}

/** Yields the members that only a stream can have. */
function* membersOfStreams(value: DatasetText): Generator<[Path, string]> {
  if (value.where) yield [[], 'where'];
  for (const [i, entry] of (value.dimensions ?? []).entries())
    for (const name of ['field', 'as', 'borders'] as const)
      if (typeof entry !== 'string' && entry[name] !== undefined) yield [['dimensions', i], name];
  for (const [measure, declared] of Object.entries(value.measures ?? {}))
    for (const name of ['sum', 'unique'] as const)
      if (declared?.[name] !== undefined) yield [['measures', measure], name];
}
