import type { Dialect } from '../derivation.ts';
import { identifier, literal } from './sql.ts';

/** The SQL of derivations in DuckDB. */
export const DUCKDB: Dialect = {
  quote: identifier,
  literal,
  // If a list has more than `limit` rows, the rows above the first excess one stay. No list is sorted for
  // this. The first excess row is found before it is joined to the rows: found beside each row, it would take
  // twice the time of everything else.
  cut: (list, by, limit) => `(
      SELECT made.* FROM made JOIN (
        SELECT ${list.join(', ')}, max(CAST(${by} AS BIGINT), ${limit + 1})[${limit + 1}] AS _out FROM made GROUP BY ${list.join(', ')}
      ) AS cuts USING (${list.join(', ')}) WHERE _out IS NULL OR ${by} > _out
    ) AS made`,
};
