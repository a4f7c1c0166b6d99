import { dirname } from 'node:path';
import { VIEW_EVENTS } from '../../../src/core/metric/view-events.ts';
import type { ViewReader } from '../../../src/refine/view-reader.ts';
import type { HivePlace } from './hive-place.ts';

/** Makes the table of page views in Hive: a partition for each hour, at the folder of its live file. */
export async function adoptViews(place: HivePlace, reader: ViewReader): Promise<void> {
  const { signal } = new AbortController();
  const name = `${place.database}.${VIEW_EVENTS.name}`;
  const columns = VIEW_EVENTS.dimensions.map((column) => `\`${column.name}\` STRING`);
  await place.sessions.execute(
    `CREATE EXTERNAL TABLE ${name} (${columns.join(', ')}) PARTITIONED BY (year INT, month INT, day INT, hour INT) STORED AS PARQUET LOCATION 'file://${reader.folder}'`,
    signal,
  );
  const partitions: string[] = [];
  for (const day of (await reader.manifest()).days.values()) {
    for (const { path = '' } of (await reader.hours(day)).values()) {
      const spec = path.split('/').slice(0, 4).join(', ');
      partitions.push(`PARTITION (${spec}) LOCATION 'file://${reader.folder}/${dirname(path)}'`);
    }
  }
  for (let from = 0; from < partitions.length; from += 100)
    await place.sessions.execute(
      `ALTER TABLE ${name} ADD ${partitions.slice(from, from + 100).join(' ')}`,
      signal,
    );
}
