import type { Table } from '../../core/metric/table.ts';
import type { SortKeys } from './sort-keys.ts';
import { identifier, listColumns, namesOf } from './sql.ts';

/** How the lists of a table are ranked. */
type Ranking = NonNullable<Table['ranking']>;

/** The columns that identify a list among all parts, in the order of files. */
export function partLists(table: Table): string[] {
  return ['_part', ...listColumns(table)];
}

/** Ranks the lists that have no ranks, cuts each at the limit (ties stay), and sorts the rows. */
export function ranked(table: Table, rows: string, ranking: Ranking, keys: SortKeys): string {
  const list = partLists(table).map(keys);
  const entry = table.entry.map(({ name }) => keys(identifier(name)));
  const byList = `PARTITION BY ${list.join(', ')}`;
  return `
    SELECT _part, ${namesOf(table)} FROM (
      SELECT *, count(*) OVER (${byList} ORDER BY "rank") AS _place FROM (
        SELECT * REPLACE (
          CASE WHEN bool_and("rank" IS NOT NULL) OVER (${byList}) THEN "rank"
          ELSE rank() OVER (${byList} ORDER BY ${identifier(ranking.by)} DESC) END AS "rank"
        ) FROM (${rows}) AS distinct_rows
      ) AS ranked_rows
    ) AS placed_rows
    WHERE _place <= ${ranking.limit}
    ORDER BY ${[...list, '"rank"', ...entry].join(', ')}`;
}

/**
 * Ranks the lists that have no ranks and were cut already, leaves the others, and sorts the rows. The rows are sorted
 * once; what follows looks at neighbours. An entry's rank is the place in its list of the first entry with its number.
 */
export function newlyRanked(table: Table, every: string, ranking: Ranking, keys: SortKeys): string {
  const lists = partLists(table);
  const entry = table.entry.map(({ name }) => keys(identifier(name)));
  // All entries of a list have a rank, or none has.
  const sorted = `SELECT *, coalesce("rank", -${identifier(ranking.by)}) AS _order FROM ${every}
    ORDER BY ${[...lists.map(keys), '_order', ...entry].join(', ')}`;
  const isOther = (column: string): string => `${column} IS DISTINCT FROM lag(${column}) OVER ()`;
  const last = (condition: string): string =>
    `max(CASE WHEN ${condition} THEN _place END) OVER (ROWS UNBOUNDED PRECEDING)`;
  const rank = `coalesce("rank", ${last('_is_first OR _is_next')} - ${last('_is_first')} + 1)`;
  return `SELECT _part, ${namesOf(table)} FROM (
      SELECT * REPLACE (CAST(${rank} AS BIGINT) AS "rank") FROM (
        SELECT *, row_number() OVER () AS _place, ${isOther('_order')} AS _is_next,
          ${lists.toReversed().map(isOther).join(' OR ')} AS _is_first
        FROM (${sorted}) AS sorted_rows
      ) AS places
    ) AS ranked_rows`;
}
