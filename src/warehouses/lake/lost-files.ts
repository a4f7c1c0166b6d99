import type { Table } from '../../core/metric/table.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { TableState } from '../../core/time/table-state.ts';
import { queryAll } from './engine.ts';
import type { Lake } from './lake.ts';
import { isRemovedWhole, type Part } from './part.ts';
import { Bindings, fileColumns, identifier, rowsOfFiles } from './sql.ts';

/**
 * Returns parts without the files that can't be read, if all of their rows are to be removed: so a damaged partition can
 * be taken away, and its rows be brought again. They are looked at only after a change has failed.
 * @returns undefined if no such file is damaged: the change failed for another reason
 */
export async function withoutLostFiles(
  lake: Lake,
  table: Table,
  { parts, state }: { parts: readonly Part[]; state: TableState },
  signal: AbortSignal,
): Promise<readonly Part[] | undefined> {
  let isLost = false;
  const rest: Part[] = [];
  for (const part of parts) {
    if (
      part.files.length === 0 ||
      !isRemovedWhole(part) ||
      (await canBeRead(lake, table, part.files, signal))
    ) {
      rest.push(part);
      continue;
    }
    isLost = true;
    rest.push({ ...part, files: [], lost: state.partitions.get(part.partition)?.rows ?? 0 });
  }
  return isLost ? rest : undefined;
}

async function canBeRead(
  lake: Lake,
  table: Table,
  files: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const bindings = new Bindings();
  const columns = fileColumns(table).map(({ name }) => identifier(name));
  const sql = `SELECT sum(hash(${columns.join(', ')})) FROM ${rowsOfFiles(files, bindings)}`;
  try {
    await lake.engine.use(signal, (connection) => queryAll(connection, sql, bindings));
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}
