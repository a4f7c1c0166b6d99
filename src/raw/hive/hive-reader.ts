import type { Ordinal } from '../../core/time/time.ts';
import type { HiveAddress } from '../../warehouses/hive/address.ts';
import { assertMovable, hourPartition, HourTables } from '../../warehouses/hive/hour-tables.ts';
import { Sessions } from '../../warehouses/hive/sessions.ts';
import type { FolderReader, TablePart } from '../folder-reader.ts';
import { rawHiveTable } from './raw-tables.ts';

/** A statement is given up after this time, in ms. */
const DEADLINE_MS = 5 * 60_000;

/** A Hive that is told of closed hours, until it is closed. */
export interface HiveReader extends FolderReader {
  close(): Promise<void>;
}

/**
 * Tells a Hive of closed hours. It isn't called before there is one.
 * @param location the folder of raw tables as Hive sees it
 * @throws EngineError where Hive can't have raw tables there
 */
export function openHiveReader(address: HiveAddress, location: string): HiveReader {
  assertMovable(location);
  const sessions = new Sessions({ ...address, database: 'default', sessions: 1 }, { warm: false });
  const hive = new HourTables(sessions, address.database);
  const soon = () => AbortSignal.timeout(DEADLINE_MS);
  return {
    show: ({ stream, part, assertHeld }: TablePart, folders: ReadonlyMap<Ordinal, string>) => {
      const hours = [...folders].map(([hour, folder]) => ({ ...hourPartition(hour, part), folder }));
      return hive.show(rawHiveTable(stream, location), hours, soon(), assertHeld);
    },
    hide: ({ stream, part, assertHeld }: TablePart, hours: readonly Ordinal[]) =>
      hive.hide(
        rawHiveTable(stream, location),
        hours.map((hour) => hourPartition(hour, part)),
        soon(),
        assertHeld,
      ),
    close: () => sessions.close(),
  };
}
