import type { Dialect } from '../derivation.ts';
import { identifier } from './sql.ts';

/** How DuckDB spells a derivation. */
export const DUCKDB: Dialect = {
  quote: identifier,
  // Where a list has more than `limit`, all above the first that is left out; no list is sorted for it.
  // That first one is taken from the best before they meet the rows: beside each row they would take
  // twice the time of all the rest.
  cut: (list, by, limit) => `(
      SELECT made.* FROM made JOIN (
        SELECT ${list.join(', ')}, max(CAST(${by} AS BIGINT), ${limit + 1})[${limit + 1}] AS _out FROM made GROUP BY ${list.join(', ')}
      ) AS cuts USING (${list.join(', ')}) WHERE _out IS NULL OR ${by} > _out
    ) AS made`,
};
