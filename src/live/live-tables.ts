import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { type Column, columnName, type Table } from '../core/metric/table.ts';
import { checkAggregation } from '../core/question/aggregation.ts';
import { type Grain, type Ordinal, refine } from '../core/time/time.ts';
import { type Derivation, derivedRows } from '../warehouses/derivation.ts';
import { groupsOf, statementOf } from '../warehouses/lake/aggregate.ts';
import { DUCKDB } from '../warehouses/lake/dialect.ts';
import { fetchChunk, interruptible, query } from '../warehouses/lake/engine.ts';
import { selectionOf } from '../warehouses/lake/select.ts';
import { type Bindings, fileColumns, identifier, rowsOfFiles } from '../warehouses/lake/sql.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import type { LiveCounter } from './counter.ts';
import { LIVE_TEXTS } from './live-view.ts';
import { filesIn, type LakeLook } from './lake-look.ts';
import type { ViewRows } from './view-rows.ts';

export interface LiveTablesParts {
  readonly counter: Pick<LiveCounter, 'during'>;
  readonly rows: Pick<ViewRows, 'select'>;
  /** The folder of the table of views. */
  readonly folder: string;
  /** The metrics whose tables have open periods. */
  readonly metrics: readonly Metric[];
}

/** The table of views with the columns that are held in memory, too. */
const HELD: Table = {
  ...VIEW_EVENTS,
  dimensions: [...LIVE_TEXTS, 'timestamp'].map((name): Column => ({ name, type: 'text' })),
};

/** Periods of a metric's table. */
interface Asked {
  readonly table: Table;
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly last: Ordinal;
}

/** Values that a column may have. */
interface Allowed {
  readonly column: string;
  readonly values: readonly string[];
}

/**
 * The open periods of metrics' tables. Their rows are made of the lake's views and those in memory by the queries that make the
 * rows of closed periods.
 */
export function liveTables(parts: LiveTablesParts): Pick<Warehouse, 'select' | 'aggregate'> {
  return {
    async *select(asked, signal) {
      const found = await read(parts, signal, (look) => {
        const { decode, ...statement } = selectionOf(asked, {
          relation: (bindings) => relationOf(parts, look, asked, asked.where, bindings),
        });
        return { ...statement, make: decode };
      });
      yield* found;
    },
    async *aggregate(asked, signal) {
      checkAggregation(asked);
      const allowed = asked.where.flatMap((one) => (one.test === 'in' ? [one] : []));
      const found = await read(parts, signal, (look) => {
        const relation = (bindings: Bindings) => relationOf(parts, look, asked, allowed, bindings);
        const statement = statementOf(asked, { relation, isClipped: true });
        return { ...statement, make: (chunk: DuckDBDataChunk) => groupsOf(asked, chunk) };
      });
      yield* found;
    },
  };
}

/** Reads a whole result, so that nobody waits for whoever asked. */
async function read<T>(
  { counter }: LiveTablesParts,
  signal: AbortSignal,
  statement: (look: LakeLook) => {
    readonly sql: string;
    readonly bindings: Bindings;
    readonly make: (chunk: DuckDBDataChunk) => T;
  },
): Promise<T[]> {
  return counter.during(signal, (look, connection: DuckDBConnection) =>
    interruptible(connection, signal, async () => {
      const { sql, bindings, make } = statement(look);
      const result = await query(connection, sql, bindings);
      const found: T[] = [];
      for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result))
        found.push(make(chunk));
      return found;
    }),
  );
}

/** The rows of some periods of a table, as a relation with the columns of its files. */
function relationOf(
  { rows, folder, metrics }: LiveTablesParts,
  look: LakeLook,
  { table, grain, first, last }: Asked,
  allowed: readonly Allowed[],
  bindings: Bindings,
): string {
  const { metric, derivation } = derivationOf(metrics, table);
  const hours = refine({ grain, first, last }, 'hourly');
  const conditions = passing(metric, allowed).map(({ column, values }) => {
    const equal = values.map((value) => `${identifier(column)} = ${bindings.text(value)}`);
    return equal.length === 0 ? 'false' : `(${equal.join(' OR ')})`;
  });
  const files = filesIn(look, folder, hours.first, hours.last);
  const columns = HELD.dimensions.map(({ name }) => identifier(name)).join(', ');
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const views = [
    ...(files.length === 0 ? [] : [`SELECT ${columns} FROM ${rowsOfFiles(files, bindings)}${where}`]),
    rows.select(hours.first, hours.last, conditions),
  ];
  const from = `(${views.join(' UNION ALL ')})`;
  const made = derivedRows(table, derivation, grain, DUCKDB, { from });
  const lists = [...table.dimensions.map(({ name }) => identifier(name)), 'stamp'].join(', ');
  const rank = derivation.hasRanks
    ? 'made.ranked'
    : `rank() OVER (PARTITION BY ${lists} ORDER BY ${identifier(table.ranking?.by ?? '')} DESC)`;
  const named = fileColumns(table).map(({ name }) => {
    if (name === 'timestamp') return 'made.stamp AS "timestamp"';
    return name === 'rank' && table.ranking ? `${rank} AS "rank"` : `made.${identifier(name)}`;
  });
  return `(SELECT ${named.join(', ')} FROM (${made}) AS made)`;
}

function derivationOf(metrics: readonly Metric[], table: Table): { metric: Metric; derivation: Derivation } {
  const metric = metrics.find((one) => tableOf(one).name === table.name && one.aggregate);
  const { digest, rows, hasRanks = false } = metric?.aggregate ?? {};
  if (!metric || !rows) throw new TypeError(`${table.name} isn't made of page views`);
  return {
    metric,
    derivation: { source: HELD, reads: [], rows, hasRanks, ...(digest && { digest }) },
  };
}

/**
 * The conditions that can be asked of views already: those on columns that queries pass as they are. These are the columns of free
 * texts that the table of views has, too: a column with a total hasn't the values of the views.
 */
function passing(metric: Metric, allowed: readonly Allowed[]): Allowed[] {
  const names = metric.dimensions
    .filter(({ values }) => values === undefined)
    .map(({ name }) => columnName(name));
  const known: readonly string[] = LIVE_TEXTS;
  return allowed.filter(({ column }) => names.includes(column) && known.includes(column));
}
