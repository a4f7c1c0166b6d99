import type { DuckDBConnection } from '@duckdb/node-api';
import { queryAll } from './engine.ts';
import type { Bindings } from './sql.ts';

/* What reading Parquet files that other programs wrote has in common. */

/** Why DuckDB can't open a file under its path, as the end of a sentence; undefined if it can. */
export function whyNoPath(path: string): string | undefined {
  return /[*?[\]{}]/.test(path)
    ? 'has one of * ? [ ] { } in its path, which DuckDB takes for patterns: rename it'
    : undefined;
}

/** Returns DuckDB's types of a relation's columns, by name. @throws EngineError */
export async function columnTypes(
  connection: DuckDBConnection,
  relation: string,
  bindings: Bindings,
): Promise<ReadonlyMap<string, string>> {
  const found = await queryAll(connection, `DESCRIBE SELECT * FROM ${relation}`, bindings);
  return new Map(found.map(([name, type]) => [String(name), String(type)]));
}
