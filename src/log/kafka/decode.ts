import type { LogRecord, Partition, ReadBatch } from '../event-log.ts';
import { EventLogError, LogDamageError } from '../log-errors.ts';
import { CommittedOnly } from './committed.ts';
import { batchesIn, isSound, recordsOf, type FetchedBatch } from './record-batch.ts';
import type { Fetched, Isolation } from './wire.ts';

/**
 * The records of an answer, in whole batches, until they are as many bytes as were asked for.
 * @throws LogDamageError where a batch isn't what was sent, EventLogError where it can't be unpacked;
 *   what can be read before it is given first
 */
export function decode(
  partition: Partition,
  { bytes, abortedTransactions }: Fetched,
  from: number,
  maxBytes: number,
  isolation: Isolation,
): ReadBatch {
  const committed = new CommittedOnly(isolation === 'committed' ? abortedTransactions : []);
  const records: LogRecord[] = [];
  let next = from;
  let size = 0;
  let batches = 0;
  try {
    for (const batch of batchesIn(bytes)) {
      if (size >= maxBytes) break;
      batches += 1;
      if (!isSound(batch)) throw new LogDamageError(partition, next, Math.max(next, batch.last) + 1);
      if (committed.counts(batch)) {
        for (const record of unpack(batch)) {
          if (record.position < from) continue;
          records.push(record);
          size += record.value.length;
        }
      }
      next = Math.max(next, batch.last + 1);
    }
    // The first batch of an answer is whole, however large it is.
    if (bytes.length > 0 && batches === 0) throw new RangeError('there is no whole batch of records');
  } catch (cause) {
    if (records.length > 0) return { records, next };
    if (cause instanceof EventLogError) throw cause;
    const { message } = cause as Error;
    const place = `position ${next} of ${partition.stream}/${partition.partition}`;
    throw new EventLogError(`${place} can't be read: ${message}`, { cause });
  }
  return { records, next };
}

/** All or none of a batch's records. */
function unpack(batch: FetchedBatch): LogRecord[] {
  const records: LogRecord[] = [];
  for (const { position, timeMs, value } of recordsOf(batch)) {
    if (value !== undefined) records.push({ position, timeMs, value });
  }
  return records;
}
