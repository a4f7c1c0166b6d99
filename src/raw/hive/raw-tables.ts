import { dirname } from 'node:path';
import type { Ordinal } from '../../core/time/time.ts';
import { type Stream, tableNameOf } from '../../streams/stream.ts';
import { type HourFolder, hourPartition, type HourTable } from '../../warehouses/hive/hour-tables.ts';
import { columnsOf } from '../columns.ts';
import type { RawHour } from '../manifest.ts';

const META = 'STRUCT<`id`:STRING,`dt`:STRING,`domain`:STRING,`partition`:INT,`position`:BIGINT>';
const TYPES: Readonly<Record<string, string>> = { VARCHAR: 'STRING', JSON: 'STRING' };

/** A stream's table for Hive. @param location the lake's folder of raw tables as Hive sees it */
export function rawHiveTable(stream: Stream, location: string): HourTable {
  const name = tableNameOf(stream.name);
  const columns = columnsOf(stream).map((column) => ({
    name: column.name,
    type: TYPES[column.type] ?? column.type,
  }));
  return {
    name: `raw_${name}`,
    hasParts: true,
    columns: [{ name: 'meta', type: META }, ...columns],
    location: `${location}/${name}`,
  };
}

/** The folders of a table's closed hours: those that have one file, which is the whole of its part's hour. */
export function closedFolders(hours: ReadonlyMap<Ordinal, RawHour>): HourFolder[] {
  const found: HourFolder[] = [];
  for (const [hour, { files }] of hours) {
    const parts = new Map<string, RawHour['files'][number][]>();
    for (const file of files) {
      const part = /^part=(\d+)\//.exec(file.path)?.[1] ?? 'all';
      parts.set(part, [...(parts.get(part) ?? []), file]);
    }
    for (const [part, [file, ...others]] of parts) {
      if (!file?.compacted || others.length > 0) continue;
      found.push({ ...hourPartition(hour, part), folder: dirname(file.path) });
    }
  }
  return found;
}
