import type { DuckDBConnection } from '@duckdb/node-api';
import { queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, identifier } from '../../warehouses/lake/sql.ts';
import type { HostGaps, HourFiles, Sequence } from '../row-writer.ts';
import { columnNamesOf, rowsOfEventFiles } from '../../warehouses/lake/event-files.ts';

/** A gap that is longer than this, and than ten times what a host wrote in the hour, is a counter that began anew. */
const RESTART = 1_000_000;

/**
 * Looks for the numbers that hosts have given in an hour and that are nowhere. A host that began to count
 * at 0 in the hour is left out: nobody knows what it had before.
 */
export async function gapsIn(
  connection: DuckDBConnection,
  { host, number }: Sequence,
  { own, near, rejects }: HourFiles,
): Promise<HostGaps[]> {
  const bindings = new Bindings();
  const numbersOf = async (files: readonly string[], names: Sequence): Promise<string[]> => {
    if (files.length === 0) return [];
    const columns = await columnNamesOf(connection, files);
    // The stream may have come by its numbers later.
    if (!columns.includes(names.host) || !columns.includes(names.number)) return [];
    const [ofHost, ofNumber] = [identifier(names.host), identifier(names.number)];
    return [
      `SELECT ${ofHost} AS host, ${ofNumber} AS number FROM ${rowsOfEventFiles(files, bindings)}
       WHERE ${ofHost} IS NOT NULL AND ${ofNumber} IS NOT NULL`,
    ];
  };
  const [ofHour] = await numbersOf(own, { host, number });
  if (ofHour === undefined) return [];
  const others = [
    ...(await numbersOf(near, { host, number })),
    ...(await numbersOf(rejects, { host: 'hostname', number: 'sequence' })),
  ];
  const rows = await queryAll(
    connection,
    `WITH own AS (SELECT DISTINCT host, number FROM (${ofHour})),
     spans AS (SELECT host, min(number) AS low, max(number) AS high, count(*) AS n FROM own GROUP BY host HAVING min(number) > 0),
     every AS (
       SELECT DISTINCT e.host, e.number FROM (${['SELECT * FROM own', ...others].join(' UNION ALL ')}) e
       JOIN spans s ON e.host = s.host AND e.number BETWEEN s.low AND s.high
     ), steps AS (
       SELECT host, number - lag(number) OVER (PARTITION BY host ORDER BY number) - 1 AS gap FROM every
     ), gaps AS (
       SELECT s.host, count(*) AS found,
         coalesce(sum(gap) FILTER (gap <= greatest(${RESTART}, 10 * s.n)), 0) AS missing
       FROM steps JOIN spans s ON steps.host = s.host GROUP BY s.host
     )
     SELECT host, CAST(found + missing AS DOUBLE), CAST(missing AS DOUBLE) FROM gaps`,
    bindings,
  );
  return rows.map(([name, expected, missing]) => ({
    host: name as string,
    expected: expected as number,
    missing: missing as number,
  }));
}
