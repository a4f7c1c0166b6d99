import { NAMELESS } from '../../core/metric/dimension.ts';
import { formatTimestamp, type Ordinal } from '../../core/time/time.ts';
import type { CopiedColumn, Copy } from '../warehouse.ts';
import { rowsToRead } from './as-of.ts';
import { execute } from './engine.ts';
import type { Lake } from './lake.ts';
import { pinFiles } from './pins.ts';
import { Bindings, identifier, literal, oneOf } from './sql.ts';

/**
 * Writes rows of a table to a Parquet file, in the order of its files, so that the same rows make the same bytes. If there
 * are none, the file has none.
 */
export async function copyParquet(lake: Lake, asked: Copy, path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { table, grain, first, last, where, columns, withheld, least, about = [] } = asked;
  const manifest = await lake.manifests.of(table.name);
  const read = manifest && rowsToRead(lake, manifest, asked);
  const bindings = new Bindings();
  const stamp = (ordinal: Ordinal): string => bindings.text(formatTimestamp('YYYYMMDDHH', grain, ordinal));
  const conditions = (): string[] => [
    ...oneOf(table, where, bindings),
    ...withheld.map(
      ({ column, values }) => `NOT list_contains(${bindings.texts(values)}, ${identifier(column)})`,
    ),
    ...least.map((one) => `${identifier(one.column)} >= ${one.least}`),
    ...(read?.isClipped ? [`"timestamp" BETWEEN ${stamp(first)} AND ${stamp(last)}`] : []),
  ];
  const rows = read
    ? `SELECT ${columns.map(cellOf).join(', ')} FROM ${read.relation(bindings, () => [])}
       WHERE ${['true', ...conditions()].join(' AND ')}`
    : `SELECT ${columns.map((column) => `CAST(NULL AS ${TYPES[column.type]}) AS ${identifier(column.name)}`).join(', ')} WHERE false`;
  const metadata = about.map(([name, text]) => `${identifier(name)}: ${literal(text)}`).join(', ');
  const pin = pinFiles(lake.folder, table.name, read?.files ?? []);
  try {
    await lake.engine.use(signal, (connection) =>
      execute(
        connection,
        `COPY (${rows}) TO ${literal(path)} (FORMAT parquet, KV_METADATA {${metadata}})`,
        bindings,
      ),
    );
  } finally {
    await pin.end();
  }
}

const TYPES: Readonly<Record<CopiedColumn['type'], string>> = {
  text: 'VARCHAR',
  whole: 'BIGINT',
  decimal: 'DOUBLE',
  date: 'DATE',
  instant: 'TIMESTAMPTZ',
  flag: 'BOOLEAN',
};

/** A column of the file, as an expression over the table's. */
function cellOf({ column, name, type, hasNameless }: CopiedColumn): string {
  const stored = identifier(column);
  const cell =
    column === 'timestamp'
      ? `CAST(strptime(${stored}, '%Y%m%d%H') AS ${TYPES[type]})`
      : hasNameless
        ? `CASE WHEN starts_with(${stored}, ${literal(NAMELESS)}) THEN NULL ELSE ${stored} END`
        : stored;
  return `${cell} AS ${identifier(name)}`;
}
