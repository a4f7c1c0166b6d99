import { join } from 'node:path';
import { partitionName } from '../../core/time/partition.ts';
import type { Table } from '../../core/metric/table.ts';
import { type Grain, refine } from '../../core/time/time.ts';
import { type Derivation, derivedRows, monthOf } from '../derivation.ts';
import { DUCKDB } from './dialect.ts';
import type { Lake } from './lake.ts';
import type { Making } from './making.ts';
import type { NewRows, Part } from './merge.ts';
import { fileColumns, identifier, rowsOfFiles } from './sql.ts';

/**
 * Returns the rows of a derivation. DuckDB makes them during the merge, so no row passes through this
 * process.
 */
export async function derivedFrom(
  lake: Lake,
  making: Making,
  table: Table,
  derivation: Derivation,
): Promise<NewRows> {
  const { source, grains } = derivation;
  const manifest = await lake.manifests.of(source.name);
  const targets = targetsOf(derivation);
  const partitions = new Map(
    [...targets].map(([name, target]) => {
      const rows = target.partitions.map((partition) => manifest?.state.partitions.get(partition)?.rows ?? 0);
      return [name, rows.reduce((sum, count) => sum + count, 0)];
    }),
  );
  const filesOf = (partition: string): string[] =>
    (manifest?.partitions.get(partition)?.files ?? []).map((path) => join(lake.folder, source.name, path));
  return {
    partitions,
    rows: 0,
    distinct: true,
    select: async (connection, parts, bindings) => {
      const statements: string[] = [];
      for (const grain of grains) {
        const wanted = parts.filter(({ partition }) => targets.get(partition)?.grain === grain);
        const files = wanted.flatMap(
          ({ partition }) => targets.get(partition)?.partitions.flatMap(filesOf) ?? [],
        );
        if (files.length === 0) continue;
        const digest = await making.digest(connection, derivation, grain, files);
        const read = digest ?? { from: rowsOfFiles(files, bindings) };
        const rows = derivedRows(table, derivation, grain, DUCKDB, read);
        statements.push(numbered(table, rows, wanted));
      }
      return statements.length === 0 ? undefined : statements.join(' UNION ALL ');
    },
  };
}

/** Maps each partition that a derivation makes rows for to the source partitions that they are made from. */
function targetsOf({ grains, partitions }: Derivation): Map<string, { grain: Grain; partitions: string[] }> {
  const targets = new Map<string, { grain: Grain; partitions: string[] }>();
  for (const grain of grains) {
    for (const partition of partitions) {
      const month = monthOf(partition);
      const { first } = refine({ grain: 'monthly', first: month, last: month }, grain);
      const name = partitionName(grain, first);
      const target = targets.get(name) ?? { grain, partitions: [] };
      target.partitions.push(partition);
      targets.set(name, target);
    }
  }
  return targets;
}

/** Adds the number of its part to each row. */
function numbered(table: Table, rows: string, parts: readonly Part[]): string {
  const columns = fileColumns(table).map(({ name }) =>
    name === 'timestamp'
      ? 'made.stamp AS "timestamp"'
      : name === 'rank' && table.ranking
        ? 'CAST(NULL AS BIGINT) AS "rank"'
        : `made.${identifier(name)}`,
  );
  // `daily/2024-03` → 202403, `monthly/2024` → 2024: the beginning of the stamps of a part.
  const starts = parts.map(({ partition }) => `'${(partition.split('/')[1] ?? '').replace('-', '')}'`);
  const length = (starts[0] ?? '').length - 2;
  return `SELECT parts._part, CAST(0 AS BIGINT) AS _seq, ${columns.join(', ')}
    FROM (${rows}) AS made
    JOIN (SELECT unnest([${starts.join(', ')}]) AS _start, unnest([${parts.map(({ number }) => number).join(', ')}]) AS _part) AS parts
    ON parts._start = substr(made.stamp, 1, ${length})`;
}
