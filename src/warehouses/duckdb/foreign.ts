import { dirname, join } from 'node:path';
import type { Lake } from '../lake/lake.ts';
import { ParquetTexts, parquetFilesIn, digestOfFiles } from '../lake/parquet-texts.ts';
import { type ForeignTable, isTableName } from '../foreign-table.ts';

/** Returns a folder of Parquet files in the lake or beside it that isn't one of the lake's tables. */
export function foreignTable(lake: Lake, name: string): ForeignTable {
  const filesOf = async (): Promise<string[]> => {
    if (!isTableName(name) || (await lake.manifests.of(name))) return [];
    const inside = await parquetFilesIn(join(lake.folder, name));
    return inside.length > 0 ? inside : parquetFilesIn(join(dirname(lake.folder), name));
  };
  return {
    columns: async (signal) => {
      const files = await filesOf();
      return files.length === 0 ? undefined : new ParquetTexts(lake.engine, files).columns(signal);
    },
    digest: async () => digestOfFiles(await filesOf()),
    rows: async function* (columns, signal) {
      const files = await filesOf();
      if (files.length > 0) yield* new ParquetTexts(lake.engine, files).rows(columns, signal);
    },
  };
}
