import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { partitionName } from '../core/layout.ts';
import type { Table } from '../core/table.ts';
import { type Grain, refine } from '../core/time.ts';
import { onFiles } from '../files/file-error.ts';
import { type Derivation, derivedRows, type Dialect, digestRows, monthOf } from '../warehouses/derivation.ts';
import { execute } from './engine.ts';
import type { Lake } from './lake.ts';
import type { NewRows, Part } from './merge.ts';
import { Bindings, fileColumns, identifier, literal } from './sql.ts';

/**
 * The digests that a lake's writer has made, as files among the temporaries, by what they were made
 * of: the next metric of the same digest reads it.
 */
const digests = new WeakMap<Lake, Map<string, string>>();

/** Deletes the digests of a lake: whoever else writes may change what they were made of. */
export async function forgetDigests(lake: Lake): Promise<void> {
  const files = [...(digests.get(lake)?.values() ?? [])];
  digests.delete(lake);
  await onFiles(async () => {
    for (const file of files) await rm(file, { force: true });
  });
}

/** The rows of a derivation, made while they are merged: nothing of them passes through this process. */
export async function derivedFrom(lake: Lake, table: Table, derivation: Derivation): Promise<NewRows> {
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
        const digest = await digestOf(lake, connection, derivation, grain, files);
        const rows = derivedRows(table, derivation, grain, {
          ...dialectOf(files, bindings, digest === undefined),
          ...(digest === undefined ? {} : { digest: `read_parquet(${literal(digest)})` }),
        });
        statements.push(numbered(table, rows, wanted));
      }
      return statements.length === 0 ? undefined : statements.join(' UNION ALL ');
    },
  };
}

/** The partitions that a derivation makes rows of, and those of the source that each is made from. */
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

/** The file of a derivation's digest of some files; undefined where it has none. */
async function digestOf(
  lake: Lake,
  connection: DuckDBConnection,
  derivation: Derivation,
  grain: Grain,
  files: readonly string[],
): Promise<string | undefined> {
  const bindings = new Bindings();
  const rows = digestRows(derivation, grain, dialectOf(files, bindings, true));
  if (rows === undefined) return undefined;
  const known = digests.get(lake) ?? new Map<string, string>();
  digests.set(lake, known);
  const key = createHash('sha256')
    .update([rows, ...files].join('\0'))
    .digest('hex');
  let file = known.get(key);
  if (file === undefined) {
    // Named so that it is swept away should this process be killed.
    file = join(lake.temporary, `write-digest-${key.slice(0, 32)}.parquet`);
    await execute(connection, `COPY (${rows}) TO ${literal(file)} (FORMAT parquet)`, bindings);
    known.set(key, file);
  }
  return file;
}

function dialectOf(files: readonly string[], bindings: Bindings, reads: boolean): Dialect {
  return {
    quote: identifier,
    source: reads ? `read_parquet(${bindings.texts(files)}, hive_partitioning = false)` : '',
    // Where a list has more than `limit`, all above the first that is left out; no list is sorted for it.
    // That first one is taken from the best before they meet the rows: beside each row they would take
    // twice the time of all the rest.
    cut: (list, by, limit) => `(
      SELECT made.* FROM made JOIN (
        SELECT ${list.join(', ')}, max(CAST(${by} AS BIGINT), ${limit + 1})[${limit + 1}] AS _out FROM made GROUP BY ${list.join(', ')}
      ) AS cuts USING (${list.join(', ')}) WHERE _out IS NULL OR ${by} > _out
    ) AS made`,
  };
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
