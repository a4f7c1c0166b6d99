import type { EventLogReader } from '../../src/log/event-log.ts';
import type { Written } from './memory-log.ts';

/** All that a log has of a stream. */
export async function readLog(log: EventLogReader | undefined, stream: string): Promise<Written[]> {
  const events: Written[] = [];
  for (const partition of (await log?.partitions(stream)) ?? []) {
    let from = (await log?.ends(partition))?.first ?? 0;
    for (;;) {
      const batch = await log?.read(partition, from, 1 << 20);
      if (!batch || batch.records.length === 0) break;
      for (const { value } of batch.records)
        events.push(JSON.parse(Buffer.from(value).toString()) as Written);
      from = batch.next;
    }
  }
  return events;
}
