import { type Sql, sql, sqlJoin, sqlNumber } from '../core/sql.ts';
import type { StreamMeasure } from './stream-measure.ts';

export interface StreamQuery {
  /** The expression of each dimension's value, and the text that stands for all values, if there is one. */
  readonly dimensions: readonly { readonly value: Sql; readonly total?: Sql }[];
  readonly measures: readonly StreamMeasure['made'][];
  /** Conditions that an event has to meet. */
  readonly where: readonly Sql[];
}

const COMMA = sql`, `;
const NULL = sql`NULL`;

/**
 * Returns the query for the rows of a data set that is made from a stream. It reads `events`, with the columns f1, f2,
 * … and `stamp`; its result has d1, d2, …, `stamp`, m1, m2, …. DuckDB runs it: only DuckDB reads raw tables.
 */
export function streamQuery({ dimensions, measures, where }: StreamQuery): Sql {
  const values = dimensions.map(({ value }, i) => sql`${value} AS ${d(i)}`);
  const condition = where.length === 0 ? sql`` : sql` WHERE ${sqlJoin(where, sql` AND `)}`;
  const events = sql`(SELECT *, ${sqlJoin(values, COMMA)} FROM events${condition}) AS e`;
  const names = sqlJoin([...dimensions.map((_, i) => d(i)), sql`stamp`], COMMA);
  const keys = dimensions.map(({ total }, i) => (total ? sql`coalesce(${d(i)}, ${total}) AS ${d(i)}` : d(i)));
  const key = sqlJoin([...keys, sql`stamp`], COMMA);
  const counted = measures.map(({ kind, value }) => (kind === 'all' ? value : NULL));
  const all = sql`SELECT ${key}, ${numbered(counted)} FROM ${events} GROUP BY ${groups(dimensions)}`;
  const parts = measures.flatMap(({ kind, value }, place) => {
    if (kind === 'all') return [];
    const isIt = (i: number): boolean => i === place;
    const numbers = numbered(measures.map((_, i) => (isIt(i) ? sql`sum(n)` : NULL)));
    const counts = sql`SELECT ${key}, approx_count_distinct(${value}) AS n FROM ${events}
      WHERE ${value} IS NOT NULL GROUP BY ${groups(dimensions, part(value))}`;
    return [sql`SELECT ${names}, ${numbers} FROM (${counts}) AS u GROUP BY ${names}`];
  });
  if (parts.length === 0) return all;
  // Each has a row for each row of the result, with the numbers of some of the measures.
  const together = sqlJoin([all, ...parts], sql` UNION ALL `);
  const numbers = measures.map(({ kind }, i) =>
    kind === 'all' ? sql`max(${m(i)})` : sql`coalesce(max(${m(i)}), 0)`,
  );
  return sql`SELECT ${names}, ${numbered(numbers)} FROM (${together}) AS t GROUP BY ${names}`;
}

/**
 * One of 256 parts of the values of a field. The sketch of each part has 64 registers, so that all of them have 16,384.
 * DuckDB chooses a register by the low bits of the hash of a value; these are bits of another hash.
 */
function part(value: Sql): Sql {
  return sql`hash(${value}, 1) >> 56`;
}

/** Returns what to group by: the values of dimensions, and for those with a total also all values together. */
function groups(dimensions: StreamQuery['dimensions'], ...others: readonly Sql[]): Sql {
  const sets = dimensions.reduce<Sql[][]>(
    (before, { total }, i) => [...before.map((set) => [...set, d(i)]), ...(total ? before : [])],
    [[]],
  );
  const lists = sets.map((set) => sqlJoin([...set, sql`stamp`, ...others], COMMA));
  const [only] = lists;
  if (only && lists.length === 1) return only;
  return sql`GROUPING SETS (${sqlJoin(
    lists.map((list) => sql`(${list})`),
    COMMA,
  )})`;
}

function numbered(numbers: readonly Sql[]): Sql {
  return sqlJoin(
    numbers.map((number, i) => sql`${number} AS ${m(i)}`),
    COMMA,
  );
}

function d(index: number): Sql {
  return sql`d${sqlNumber(index + 1)}`;
}

function m(index: number): Sql {
  return sql`m${sqlNumber(index + 1)}`;
}
