import type { EventLog } from '../log/event-log.ts';
import type { Stream } from '../streams/stream.ts';
import type { RawManifest } from './manifest.ts';

/**
 * Lets the log forget what its stream doesn't keep any longer, as far as it is loaded. What is personal
 * lies in the log as well, so it goes by the shorter of the two times.
 * @throws EventLogError
 */
export async function trimLog(
  log: Pick<EventLog, 'trim' | 'partitions'>,
  streams: ReadonlyMap<string, Stream>,
  tables: ReadonlyMap<string, { readonly manifest: Pick<RawManifest, 'partitions'> }>,
): Promise<void> {
  for (const [name, { manifest }] of tables) {
    const stream = streams.get(name);
    if (!stream) continue;
    const isPersonal = stream.fields.some(({ personal }) => personal);
    const keepMs = isPersonal ? Math.min(stream.personalMs, stream.retentionMs) : stream.retentionMs;
    for (const place of await log.partitions(name)) {
      const committed = manifest.partitions.get(place.partition)?.next;
      if (committed !== undefined) await log.trim(place, { keepMs, committed });
    }
  }
}
