import type { Metric, RankedSeries, TopShape } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { shellWord } from '../core/shell-word.ts';
import { columnName } from '../core/metric/table.ts';
import type { Manifest } from '../warehouses/lake/manifest.ts';
import { chunksOf } from '../warehouses/lake/chunks.ts';
import { type Lake, pathsIn } from '../warehouses/lake/lake.ts';
import { Bindings, identifier, rowsOfFiles } from '../warehouses/lake/sql.ts';
import type { Finding } from './finding.ts';
import type { Mending } from './mending.ts';

/** A metric of lists with the metric of the series that it ranks. */
export interface RankedTables {
  readonly top: Metric & { readonly shape: TopShape };
  readonly ranks: RankedSeries;
  readonly series: Metric;
  readonly manifests: { readonly top: Manifest; readonly series: Manifest };
  /** Whether a partition is looked at, and can be read. */
  readonly isMeant: (partition: string) => boolean;
}

/** What differs in one list. */
interface Differing {
  readonly list: string;
  readonly stamp: string;
  readonly differing: number;
  readonly absent: number;
  readonly example: string;
}

/** At most this many lists of a partition are told one by one. */
const MOST_LISTS = 3;

/**
 * Compares lists with the series that they rank, where both are stored: each entry's number, and whether a series with a
 * larger number than the last entry's is in the list.
 */
export async function* checkTops(
  lake: Lake,
  tables: RankedTables,
  mending: Mending,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { top, series, manifests, isMeant } = tables;
  for (const partition of manifests.top.partitions.keys()) {
    if (!manifests.series.partitions.has(partition) || !isMeant(partition)) continue;
    const lists: Differing[] = [];
    let others = 0;
    for await (const list of differingLists(lake, tables, partition, signal)) {
      if (lists.length < MOST_LISTS) lists.push(list);
      else others++;
    }
    const [grain = ''] = partition.split('/');
    for (const list of lists) {
      const date = dateOf(grain, list.stamp);
      yield {
        kind: 'tops',
        table: tableOf(top).name,
        partition,
        what: `the list of ${date} of ${list.list.replaceAll('\0', ' ')} isn't that of ${series.name}: ${wrongWith(list)}${others > 0 ? `; ${others} other lists differ, too` : ''}`,
        mend: [
          mending.retract(top, `--grain ${grain} --range ${date} ${conditions(top, list.list)}`.trim()),
          mending.rows(top, manifests.top.state),
        ],
      };
    }
  }
}

function wrongWith({ differing, absent, example }: Differing): string {
  const parts = [
    ...(differing > 0
      ? [`${differing} ${differing === 1 ? 'entry has another number' : 'entries have other numbers'}`]
      : []),
    ...(absent > 0
      ? [`${absent} with more than its last entry ${absent === 1 ? 'is' : 'are'} not in it`]
      : []),
  ];
  return `${parts.join(', ')}, for instance ${example.replace(/\p{Cc}/gu, '\ufffd')}`;
}

/** The list's dimensions as `--where` flags. */
function conditions(top: Metric, list: string): string {
  const values = list.split('\0');
  return top.dimensions
    .map(({ name }, index) => `--where ${shellWord(`${name}=${values[index] ?? ''}`)}`)
    .join(' ');
}

function dateOf(grain: string, stamp: string): string {
  const month = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}`;
  return grain === 'monthly' ? month : `${month}-${stamp.slice(6, 8)}`;
}

/** Yields the lists of a partition that differ from the series, by one statement. */
async function* differingLists(
  lake: Lake,
  { top, ranks, series, manifests }: RankedTables,
  partition: string,
  signal: AbortSignal,
): AsyncGenerator<Differing> {
  const bindings = new Bindings();
  const read = (
    metric: Metric,
    manifest: Manifest,
  ): { files: readonly string[]; table: string; from: string } => {
    const table = tableOf(metric).name;
    const files = manifest.partitions.get(partition)?.files ?? [];
    return { table, files, from: rowsOfFiles(pathsIn(lake, table, files), bindings) };
  };
  const lists = read(top, manifests.top);
  const rows = read(series, manifests.series);
  const sql = comparison(top, ranks, lists.from, rows.from, bindings);
  for await (const chunk of chunksOf(lake, { reads: [lists, rows], sql, bindings }, signal)) {
    for (const [list, stamp, differing, absent, example] of chunk.getRows())
      yield {
        list: String(list),
        stamp: String(stamp),
        differing: Number(differing),
        absent: Number(absent),
        example: String(example),
      };
  }
}

function comparison(
  { dimensions, shape }: RankedTables['top'],
  { entry, fixed, only = {} }: RankedSeries,
  lists: string,
  rows: string,
  bindings: Bindings,
): string {
  const is = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${identifier(columnName(name))} = ${bindings.text(value)}`)
      .join(' AND ') || 'true';
  const own = dimensions.map(({ name }) => identifier(columnName(name)));
  const shared = dimensions
    .filter(({ name }) => only[name] === undefined)
    .map(({ name }) => identifier(columnName(name)));
  const title = identifier(columnName(shape.entry[0]?.name ?? entry));
  const number = identifier(columnName(shape.rankBy));
  const key = [...shared, '"timestamp"'].join(', ');
  const of = `concat_ws(chr(0), ${own.map((name) => `l.${name}`).join(', ')})`;
  return `WITH entries AS (SELECT * FROM ${lists} WHERE ${is(only)}),
      least AS (SELECT ${[...own, '"timestamp"'].join(', ')}, min(${number}) AS _least FROM entries GROUP BY ALL),
      numbers AS (SELECT ${key}, ${identifier(columnName(entry))} AS _entry, ${number} AS _number FROM ${rows} WHERE ${is(fixed)})
    SELECT _list, "timestamp", CAST(count(*) FILTER (NOT _absent) AS DOUBLE), CAST(count(*) FILTER (_absent) AS DOUBLE), min(_example)
    FROM (
      SELECT ${of} AS _list, l."timestamp" AS "timestamp", false AS _absent,
        concat(l.${title}, ': ', l.${number}, ' in the list, ', n._number, ' in the series') AS _example
      FROM entries l JOIN numbers n ON ${joined(shared)} AND l.${title} = n._entry WHERE l.${number} <> n._number
      UNION ALL
      SELECT ${of}, l."timestamp", true, concat(n._entry, ': ', n._number, ' in the series')
      FROM least l JOIN numbers n ON ${joined(shared)} AND n._number > l._least
      WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.${title} = n._entry AND e."timestamp" = l."timestamp"
        AND ${own.map((name) => `e.${name} = l.${name}`).join(' AND ')})
    ) AS wrong GROUP BY _list, "timestamp" ORDER BY _list, "timestamp"`;
}

function joined(shared: readonly string[]): string {
  return ['"timestamp"', ...shared].map((name) => `l.${name} = n.${name}`).join(' AND ');
}
