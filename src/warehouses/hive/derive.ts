import { EngineError } from '../../core/engine-error.ts';
import type { Rows, Table } from '../../core/metric/table.ts';
import { type Grain, ordinalAt, parseTimestamp } from '../../core/time/time.ts';
import { type Derivation, derivedRows, type Dialect } from '../derivation.ts';
import { qualified } from './ddl.ts';
import { identifier, textLiteral } from './literals.ts';
import type { Page } from './page.ts';
import { type LivePartition, partitionsAre } from './select-statement.ts';
import type { Sessions } from './sessions.ts';

/** The SQL of derivations in Hive. */
export const HIVE: Dialect = {
  quote: identifier,
  literal: textLiteral,
  // The list is one text: with the columns themselves in PARTITION BY, Hive 4 merges this with the GROUP BY
  // beneath and confuses two columns.
  cut: (list, by, limit) =>
    `(SELECT listed.*, count(*) OVER (PARTITION BY list ORDER BY ${by} DESC) AS place
      FROM (SELECT made.*, concat_ws('|', ${list.join(', ')}) AS list FROM made) listed) placed WHERE place <= ${limit}`,
};

/**
 * Yields the rows of a derivation of partitions, made by Hive with one statement for each grain.
 * @param live the live partitions of the source, by name
 * @throws EngineError if Hive fails or makes a NULL where none may be
 */
export async function* deriveRows(
  sessions: Pick<Sessions, 'query'>,
  database: string,
  table: Table,
  derivation: Derivation,
  live: ReadonlyMap<string, LivePartition>,
  signal: AbortSignal,
): AsyncGenerator<Rows> {
  for (const { grain, parts } of derivation.reads) {
    const partitions = parts.flatMap((part) => ('files' in part ? [] : (live.get(part.partition) ?? [])));
    const [first] = partitions;
    if (!first) continue;
    const from = `(SELECT * FROM ${qualified(database, derivation.source.name)} WHERE ${partitionsAre(first.grain, partitions)}) live`;
    const sql = derivedRows(table, derivation, grain, HIVE, { from });
    for await (const page of sessions.query(sql, signal))
      yield decode(table, grain, page, derivation.hasRanks ?? false);
  }
}

function decode(table: Table, grain: Grain, page: Page, hasRanks: boolean): Rows {
  let column = 0;
  const texts = () => present(page.text(column++), table);
  const dimensions = table.dimensions.map(texts);
  const ordinals = texts().map((stamp) => {
    const instant = parseTimestamp(stamp);
    if (instant === undefined)
      throw new EngineError('hive', `a row made for ${table.name} has the timestamp ${stamp.slice(0, 20)}`);
    return ordinalAt(grain, instant);
  });
  const entry = table.entry.map(texts);
  const numbers = () => present(page.number(column++), table);
  const ranks = hasRanks ? numbers() : new Array<null>(page.length).fill(null);
  return {
    length: page.length,
    grain,
    ordinals,
    dimensions,
    entry,
    ...(table.ranking ? { ranks } : {}),
    measures: table.measures.map(({ nullable }) =>
      nullable ? page.number(column++).map((number) => number ?? NaN) : numbers(),
    ),
  };
}

function present<Value>(values: readonly (Value | null)[], table: Table): Value[] {
  if (values.includes(null)) throw new EngineError('hive', `a row made for ${table.name} has NULL`);
  return values as Value[];
}
