import { join } from 'node:path';
import { partitionName } from '../../core/time/partition.ts';
import type { Table } from '../../core/metric/table.ts';
import { type Grain, type Ordinal, refine } from '../../core/time/time.ts';
import { type Derivation, derivedRows, monthOf, type SourcePart } from '../derivation.ts';
import { DUCKDB } from './dialect.ts';
import type { Lake } from './lake.ts';
import type { Making } from './making.ts';
import type { NewRows } from './merge.ts';
import type { Part } from './part.ts';
import { type DatedFile, rowsOfEvents } from './event-rows.ts';
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
  const { source, reads } = derivation;
  const manifest = await lake.manifests.of(source.name);
  const targets = targetsOf(derivation);
  const rowsIn = (part: SourcePart): number =>
    'files' in part ? part.rows : (manifest?.state.partitions.get(part.partition)?.rows ?? 0);
  const filesOf = (part: SourcePart): readonly string[] =>
    'files' in part
      ? part.files
      : (manifest?.partitions.get(part.partition)?.files ?? []).map((path) =>
          join(lake.folder, source.name, path),
        );
  const partitions = new Map(
    [...targets].map(([name, { parts }]) => [name, parts.reduce((sum, part) => sum + rowsIn(part), 0)]),
  );
  return {
    partitions,
    rows: 0,
    distinct: true,
    select: async (connection, parts, bindings) => {
      const statements: string[] = [];
      for (const { grain } of reads) {
        const wanted = parts.filter(({ partition }) => targets.get(partition)?.grain === grain);
        const sources = wanted.flatMap(({ partition }) => targets.get(partition)?.parts ?? []);
        const files = sources.flatMap(filesOf);
        if (files.length === 0) continue;
        const digest = await making.digest(connection, derivation, grain, files);
        const { fields } = derivation;
        const from = (): Promise<string> | string =>
          fields
            ? rowsOfEvents(connection, fields, sources.flatMap(datedFiles), bindings)
            : rowsOfFiles(files, bindings);
        const read = digest ?? { from: await from() };
        const rows = derivedRows(table, derivation, grain, DUCKDB, read);
        statements.push(
          numbered(table, rows, wanted, derivation.hasRanks ? 'made.ranked' : 'CAST(NULL AS BIGINT)'),
        );
      }
      return statements.length === 0 ? undefined : statements.join(' UNION ALL ');
    },
  };
}

/** Returns the files of a part with their hours. */
function datedFiles(part: SourcePart): DatedFile[] {
  if (!('files' in part) || !part.hours) throw new TypeError('events of a stream lie in files by hour');
  const { hours } = part;
  return part.files.map((path, index) => ({ path, hour: hours[index] as Ordinal }));
}

/** What the rows of a partition are made from. */
interface Target {
  readonly grain: Grain;
  readonly parts: SourcePart[];
}

/** Maps each partition that a derivation makes rows for to the parts of the source that they are made from. */
function targetsOf({ reads }: Derivation): Map<string, Target> {
  const targets = new Map<string, Target>();
  for (const { grain, parts } of reads) {
    for (const part of parts) {
      const month = monthOf(part);
      const { first } = refine({ grain: 'monthly', first: month, last: month }, grain);
      const name = partitionName(grain, first);
      const target: Target = targets.get(name) ?? { grain, parts: [] };
      target.parts.push(part);
      targets.set(name, target);
    }
  }
  return targets;
}

/** Adds the number of its part to each row. @param rank the column of ranks of lists */
function numbered(table: Table, rows: string, parts: readonly Part[], rank: string): string {
  const columns = fileColumns(table).map(({ name }) =>
    name === 'timestamp'
      ? 'made.stamp AS "timestamp"'
      : name === 'rank' && table.ranking
        ? `${rank} AS "rank"`
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
