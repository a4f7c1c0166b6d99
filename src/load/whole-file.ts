import { tmpdir } from 'node:os';
import {
  type DuckDBConnection,
  DuckDBListValue,
  type DuckDBStructValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { EngineError } from '../core/engine-error.ts';
import { timestampName } from '../core/metric/item-fields.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { publishable } from '../core/metric/privacy.ts';
import type { Rows } from '../core/metric/table.ts';
import type { FileRows } from '../warehouses/file-rows.ts';
import { Engine, queryAll } from '../warehouses/lake/engine.ts';
import { whyNoPath } from '../warehouses/lake/foreign-parquet.ts';
import { Bindings } from '../warehouses/lake/sql.ts';
import { FieldError, UnreadableFileError } from './bad-row.ts';
import { type FileRelation, relationOf } from './file-relation.ts';
import { itemsOf } from './items.ts';
import type { AlikeRow } from './line-form.ts';
import { RowsBuilder } from './rows-builder.ts';
import { STDIN } from './source.ts';

/** The maximum number of distinct texts of a column, which are held in memory. */
const MAX_TEXTS = 250_000;
/** Opening DuckDB takes as long as reading so many bytes of CSV row by row. */
const LEAST_CSV_BYTES = 2 ** 20;

/** A file of which every row is good. */
export interface WholeFile {
  readonly rows: FileRows;
  /** Rows with all of the file's texts. They have the file's combinations of scope and period, and no others. */
  readonly distinct: Rows;
}

/**
 * Checks a file as a whole: DuckDB finds the distinct texts of each column, which are few, and the reader of any row
 * reads them. It says yes only if reading row by row would give the same rows, and find no mistake.
 * @returns undefined if the file must be read row by row, which also tells what is wrong
 */
export async function wholeFile(
  metric: Metric,
  path: string,
  signal: AbortSignal,
  leastCsvBytes = LEAST_CSV_BYTES,
): Promise<WholeFile | undefined> {
  const items = itemsOf(metric);
  if (!items.alike || path === STDIN || whyNoPath(path) !== undefined || publishable(metric))
    return undefined;
  try {
    const opens = await relationOf(path, items, leastCsvBytes, signal);
    if (!opens) return undefined;
    const engine = await Engine.open(tmpdir());
    try {
      return await engine.use(signal, async (connection) => {
        const relation = await opens(connection);
        const row = items.alike?.(relation.fields);
        return row && (await checked(metric, relation, row, connection));
      });
    } finally {
      await engine.close();
    }
  } catch (error) {
    if (isOfFile(error)) return undefined;
    throw error;
  }
}

function isOfFile(error: unknown): boolean {
  const isOfSystem = error instanceof Error && 'syscall' in error;
  return (
    isOfSystem ||
    error instanceof EngineError ||
    error instanceof FieldError ||
    error instanceof UnreadableFileError
  );
}

/** @throws FieldError for a text that is a mistake */
async function checked(
  metric: Metric,
  relation: FileRelation,
  row: AlikeRow,
  connection: DuckDBConnection,
): Promise<WholeFile | undefined> {
  const { fields, values, from } = relation;
  const read = values.map((value, field) => `${value} AS _v${field}`).join(', ');
  const found = await contentOf(metric, relation, row, connection);
  if (!found) return undefined;
  const { length, texts } = found;
  const distinct = rowsWith(metric, row, texts);
  if (typeof distinct.grain !== 'string') return undefined;
  const stored = <T>(field: number, column: readonly T[]): Map<string, T> =>
    new Map((texts.get(field) as string[]).map((text, place) => [text, column[place] as T]));
  const timestamp = fields.indexOf(timestampName(metric));
  const rows: FileRows = {
    length,
    from: (own) => `(SELECT ${read} FROM ${from(own)})`,
    grain: distinct.grain,
    timestamps: { sql: `_v${timestamp}`, ordinals: stored(timestamp, distinct.ordinals) },
    dimensions: metric.dimensions.map(({ name }, index) => {
      const field = fields.indexOf(name);
      return { sql: `_v${field}`, values: stored(field, distinct.dimensions[index] as readonly string[]) };
    }),
    measures: Object.keys(metric.measures).map((name) => `_v${fields.indexOf(name)}`),
  };
  return { rows, distinct };
}

/** The distinct texts of fields, by the fields' places. */
type Texts = ReadonlyMap<number, readonly string[]>;

/** Reads how many rows there are, and their texts. @returns undefined if a value is missing, or a count isn't one */
async function contentOf(
  metric: Metric,
  { fields, values, isGood, from }: FileRelation,
  { isCount }: AlikeRow,
  connection: DuckDBConnection,
): Promise<{ length: number; texts: Texts } | undefined> {
  // Coverage is by scope and period, so their combinations are needed.
  const ofPeriods = [...metric.scope, 'granularity', timestampName(metric)];
  const places = [...fields.keys()].filter((field) => !isCount[field]);
  const combined = places.filter((field) => ofPeriods.includes(fields[field] as string));
  const others = places.filter((field) => !combined.includes(field));
  const lists = [
    `{${combined.map((field) => `_f${field}: ${values[field]}`).join(', ')}}`,
    ...others.map((field) => values[field] as string),
  ].map((value) => `list(DISTINCT ${value})`);
  const counts = [...fields.keys()].filter((field) => isCount[field]);
  const areGood = counts.map((field) => `coalesce(bool_and(coalesce(${isGood(field)}, false)), false)`);
  const bindings = new Bindings();
  const [found] = await queryAll(
    connection,
    `SELECT count(*), ${areGood.join(' AND ')},
       ${lists.map((list) => `CASE WHEN len(${list}) <= ${MAX_TEXTS} THEN ${list} END`).join(', ')}
     FROM ${from(bindings)}`,
    bindings,
  );
  const [length, isGoodFile, ...all] = found ?? [];
  const [combinations, ...alone] = all.map((list) => (list instanceof DuckDBListValue ? list.items : []));
  const texts = new Map<number, readonly DuckDBValue[]>();
  for (const [index, field] of others.entries()) texts.set(field, alone[index] ?? []);
  for (const field of combined)
    texts.set(
      field,
      combinations?.map((one) => (one as DuckDBStructValue).entries[`_f${field}`] ?? null) ?? [],
    );
  const isWhole = [...texts.values()].every(
    (own) => own.length > 0 && own.every((text) => typeof text === 'string'),
  );
  return isGoodFile === true && isWhole ? { length: Number(length), texts: texts as Texts } : undefined;
}

/** Reads rows that have all of the texts: the nth row has each field's nth text, or its last. @throws FieldError */
function rowsWith(metric: Metric, row: AlikeRow, texts: Texts): Rows {
  const builder = new RowsBuilder(tableOf(metric));
  const counts = row.isCount.map(() => 0);
  const all = [...texts];
  for (let place = 0; all.some(([, own]) => place < own.length); place++) {
    for (const [field, own] of all) if (place < own.length) row.setText(field, own[place] as string);
    row.append(counts, builder);
  }
  return builder.take();
}
