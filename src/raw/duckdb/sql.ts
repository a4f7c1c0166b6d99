import type { Stream } from '../../streams/stream.ts';
import { identifier, literal } from '../../warehouses/lake/sql.ts';
import { columnsOf, POSITION } from '../columns.ts';

/** How Parquet files are written: little work for files that are merged soon, and as small for those that stay. */
export const PARQUET = '(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)';

/** Makes a Parquet file of lines, a row each, in their order. */
export function stageStatement(
  stream: Stream,
  lines: { readonly path: string; readonly longest: number },
  partition: number,
  to: string,
): string {
  const columns = columnsOf(stream);
  const read = [
    `${literal(POSITION)}: 'BIGINT'`,
    `'meta': 'STRUCT(id VARCHAR, dt VARCHAR, domain VARCHAR)'`,
    ...columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`),
  ];
  const meta = [
    `'id': meta.id`,
    `'dt': meta.dt`,
    `'domain': meta.domain`,
    `'partition': CAST(${partition} AS INTEGER)`,
    `'position': ${identifier(POSITION)}`,
  ];
  const own = columns.map(({ name, type, personal }) => {
    const column = identifier(name);
    const table = type === 'JSON' ? 'VARCHAR' : type;
    if (personal && stream.personalMs === 0) return `CAST(NULL AS ${table}) AS ${column}`;
    return type === table ? column : `CAST(${column} AS VARCHAR) AS ${column}`;
  });
  const options = [
    `format = 'newline_delimited'`,
    'ignore_errors = true',
    `maximum_object_size = ${Math.max(1 << 20, lines.longest + 1024)}`,
    `columns = {${read.join(', ')}}`,
  ];
  return `COPY (SELECT ${[`{${meta.join(', ')}} AS meta`, ...own].join(', ')}
    FROM read_json(${literal(lines.path)}, ${options.join(', ')})) TO ${literal(to)} ${PARQUET}`;
}

/** When an event was received, in ms since 1970; NULL where it doesn't say. */
export const RECEIVED = 'epoch_ms(TRY_CAST(meta.dt AS TIMESTAMPTZ))';

/** The instant by which an event comes into its hour, likewise. */
export function timeOf({ time }: Stream): string {
  if (!time) return RECEIVED;
  const own = `epoch_ms(TRY_CAST(${identifier(time.field)} AS TIMESTAMPTZ))`;
  return `CASE WHEN abs(${own} - ${RECEIVED}) <= ${time.windowMs} THEN ${own} ELSE ${RECEIVED} END`;
}

/** The hash of an id in two halves, as numbers. */
export const HALVES = [
  'CAST(hash(meta.id) & 4294967295 AS UINTEGER)',
  'CAST(hash(meta.id) >> 32 AS UINTEGER)',
].join(', ');
