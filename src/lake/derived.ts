import { join } from 'node:path';
import { partitionName } from '../core/layout.ts';
import type { Table } from '../core/table.ts';
import { type Grain, refine } from '../core/time.ts';
import { type Derivation, derivedRows, monthOf } from '../warehouses/derivation.ts';
import type { Manifest } from './manifest.ts';
import type { NewRows, Part } from './merge.ts';
import { type Bindings, fileColumns, identifier } from './sql.ts';

/** The rows of a derivation, made while they are merged: nothing of them passes through this process. */
export function derivedFrom(
  table: Table,
  derivation: Derivation,
  source: { readonly folder: string; readonly manifest: Manifest | undefined },
): NewRows {
  const targets = new Map<string, { grain: Grain; partitions: string[] }>();
  const partitions = new Map<string, number>();
  for (const grain of derivation.grains) {
    for (const partition of derivation.partitions) {
      const month = monthOf(partition);
      const { first } = refine({ grain: 'monthly', first: month, last: month }, grain);
      const name = partitionName(grain, first);
      const target = targets.get(name) ?? { grain, partitions: [] };
      target.partitions.push(partition);
      targets.set(name, target);
      const rows = source.manifest?.state.partitions.get(partition)?.rows ?? 0;
      partitions.set(name, (partitions.get(name) ?? 0) + rows);
    }
  }
  const filesOf = (partition: string): string[] =>
    (source.manifest?.partitions.get(partition)?.files ?? []).map((path) => join(source.folder, path));
  const select = (parts: readonly Part[], bindings: Bindings): string | undefined => {
    const statements = derivation.grains.flatMap((grain) => {
      const wanted = parts.filter(({ partition }) => targets.get(partition)?.grain === grain);
      const files = wanted.flatMap(
        ({ partition }) => targets.get(partition)?.partitions.flatMap(filesOf) ?? [],
      );
      if (files.length === 0) return [];
      const from = `read_parquet(${bindings.texts(files)}, hive_partitioning = false)`;
      const rows = derivedRows(table, derivation, grain, { quote: identifier, source: from });
      return numbered(table, rows, wanted);
    });
    return statements.length === 0 ? undefined : statements.join(' UNION ALL ');
  };
  return { partitions, rows: 0, distinct: true, select };
}

/** Rows with the number of the part that each belongs to. */
function numbered(table: Table, rows: string, parts: readonly Part[]): string {
  const columns = fileColumns(table).map(({ name }) =>
    name === 'timestamp'
      ? 'made.stamp AS "timestamp"'
      : name === 'rank' && table.ranking
        ? 'CAST(NULL AS BIGINT) AS "rank"'
        : `made.${identifier(name)}`,
  );
  // `daily/2024-03` → 202403, `monthly/2024` → 2024: how the stamps of a part begin.
  const starts = parts.map(({ partition }) => `'${(partition.split('/')[1] ?? '').replace('-', '')}'`);
  const length = (starts[0] ?? '').length - 2;
  return `SELECT parts._part, CAST(0 AS BIGINT) AS _seq, ${columns.join(', ')}
    FROM (${rows}) AS made
    JOIN (SELECT unnest([${starts.join(', ')}]) AS _start, unnest([${parts.map(({ number }) => number).join(', ')}]) AS _part) AS parts
    ON parts._start = substr(made.stamp, 1, ${length})`;
}
