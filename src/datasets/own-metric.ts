import { createHash } from 'node:crypto';
import { type Dimension, text } from '../core/metric/dimension.ts';
import { type Aggregate, defineMetric, type Metric } from '../core/metric/metric.ts';
import type { Measure } from '../core/metric/measure.ts';
import { columnName } from '../core/metric/table.ts';
import type { Grain } from '../core/time/time.ts';
import { publicUrl } from './remote/declared-url.ts';
import type { DatasetText, MeasureText } from './texts.ts';
import type { Path } from './yaml-file.ts';

/** Names that already have a meaning in paths, rows or GraphQL arguments. */
const RESERVED = new Set(
  'granularity grain timestamp timestamps start end year month day version fill items reason hint rank dataset'.split(
    ' ',
  ),
);

/** The dimension of a data set that declares no dimension. A table has at least one. */
export const WHOLE = 'dataset';

/** Whether the name of a column means something else in paths, rows or arguments. */
export function isReserved(name: string): boolean {
  return RESERVED.has(columnName(name).replaceAll('_', ''));
}

/** Reports names of dimensions and measures that mean something else, or that are used twice. */
export function checkNames(
  named: readonly (readonly [name: string, path: Path])[],
  wrong: (path: Path, message: string) => void,
): void {
  named.forEach(([name, path], i) => {
    if (isReserved(name)) wrong(path, `${name} has another meaning in Kraken: choose another name.`);
    if (named.findIndex(([other]) => columnName(other) === columnName(name)) !== i)
      wrong(path, `${name} is used twice: choose another name.`);
  });
}

/** The columns of a data set that has a table of its own. */
export interface OwnColumns {
  readonly grain: Grain;
  readonly dimensions: readonly Dimension[];
  readonly measures: Readonly<Record<string, Measure>>;
  /** What coverage is kept for. */
  readonly scope: 'each series' | 'all series together';
  /** How its rows are made, if they aren't imported. */
  readonly aggregate?: Aggregate;
  /** What its numbers mean besides the columns: if it changes, there is another table. */
  readonly meaning?: unknown;
}

/** Returns the metric of a data set that has a table of its own. */
export function ownMetric(
  value: DatasetText,
  { grain, dimensions: chosen, measures, scope, aggregate, meaning }: OwnColumns,
): Metric {
  const { dataset: name } = value;
  const whole = text(WHOLE, 'The data set.', { example: name, allowed: name });
  const dimensions = chosen.length > 0 ? chosen : [whole];
  const parameters = [...chosen.map((dimension) => dimension.name), 'granularity', 'start', 'end'];
  return defineMetric<readonly Dimension[]>({
    ...aboutOf(value),
    source:
      value.source ??
      value.file ??
      value.table ??
      (value.url === undefined ? undefined : publicUrl(value.url)) ??
      (value.stream === undefined ? '' : `The stream ${value.stream}`),
    path: `/datasets/${name}/${parameters.map((parameter) => `{${parameter}}`).join('/')}`,
    shape: { kind: 'series' },
    home: 'warehouse',
    dimensions,
    measures,
    grains: { [grain]: 'stored' },
    range: { end: 'inclusive', months: 'as stored' },
    timestamp: grain === 'hourly' ? 'YYYYMMDDHH' : 'YYYYMMDD',
    scope: scope === 'each series' ? dimensions.map((dimension) => dimension.name) : [],
    ...(aggregate ? { aggregate } : {}),
    ...(chosen.length > 0 ? {} : { fixed: { [WHOLE]: name } }),
    table: tableName(name, dimensions, measures, meaning),
    examples: [],
  });
}

/** Returns the metric's members that describe the data set to people. */
export function aboutOf(
  value: DatasetText,
): Pick<Metric, 'name' | 'title' | 'doc' | 'subject'> &
  Partial<Pick<Metric, 'owner' | 'licence' | 'caveats'>> {
  return {
    subject: false,
    name: value.dataset,
    title: value.title,
    doc: value.description ?? `${value.title.replace(/\.$/, '')}.`,
    ...(value.owner === undefined ? {} : { owner: value.owner }),
    ...(value.licence === undefined ? {} : { licence: value.licence }),
    ...(value.caveats === undefined ? {} : { caveats: value.caveats }),
  };
}

/**
 * Returns the name of a data set's table. If the columns change, the table gets another name, so that readers
 * of the old table aren't disturbed.
 */
function tableName(
  name: string,
  dimensions: readonly Dimension[],
  measures: Readonly<Record<string, Measure>>,
  meaning: unknown,
): string {
  const columns = [
    dimensions.map((dimension) => dimension.name),
    Object.entries(measures).map(([key, { kind }]) => [key, kind]),
    ...(meaning === undefined ? [] : [meaning]),
  ];
  const digest = createHash('sha256').update(JSON.stringify(columns)).digest('hex');
  return `dataset_${columnName(name)}_${digest.slice(0, 8)}`;
}

/** Returns the measure that an owner declared. */
export function measureOf(name: string, declared: MeasureText | null): Measure {
  const unit = declared?.unit ?? name;
  return {
    doc: declared?.description ?? `Number of ${unit}.`,
    kind: declared?.kind ?? 'count',
    unit,
    gaps: true,
    additive: declared?.additive ?? true,
  };
}
