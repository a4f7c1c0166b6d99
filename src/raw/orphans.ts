import type { Ordinal } from '../core/time/time.ts';
import type { RawHour } from './manifest.ts';
import type { RawTable } from './raw-table.ts';

const FOLDER = /^((year|month|day|hour|version)=.*|_open|_days)$/;
/** `pageview.0.1000-1999.parquet`: partition and last position. */
const BATCH = /\.(\d+)\.\d+-(\d+)\.parquet$/;

/**
 * Removes what loaders that died have left in a table's folders: files that no manifest names. A file
 * that a batch still to come may be called like stays: it is written over then, and a loader that stood
 * still and wakes up here can't remove what another one has put there.
 */
export async function removeOrphans(table: RawTable): Promise<void> {
  const { folder, manifest } = table;
  const kept = new Set(manifest.superseded.map(({ path }) => path));
  const keep = (hours: ReadonlyMap<Ordinal, RawHour>): void => {
    for (const { files } of hours.values()) for (const { path } of files) kept.add(path);
  };
  keep(manifest.hours);
  for (const [day, { path }] of manifest.days) {
    kept.add(path);
    keep((await table.sealedDay(day)) ?? new Map());
  }
  const isToCome = (path: string): boolean => {
    const [, partition, last] = BATCH.exec(path) ?? [];
    return last !== undefined && Number(last) >= (manifest.partitions.get(Number(partition))?.next ?? 0);
  };
  const look = async (path: string): Promise<void> => {
    for (const name of await folder.list(path)) {
      const inner = path === '' ? name : `${path}/${name}`;
      if (FOLDER.test(name)) await look(inner);
      else if (/\.(parquet|json)$/.test(name) && path !== '' && !kept.has(inner) && !isToCome(inner)) {
        await folder.remove(inner);
      }
    }
  };
  await look('');
}
