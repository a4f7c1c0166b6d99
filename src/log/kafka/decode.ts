import type { LogRecord, Partition, ReadBatch } from '../event-log.ts';
import { EventLogError, LogDamageError } from '../log-errors.ts';
import { CommittedOnly } from './committed.ts';
import { batchesIn, isSound, recordsOf, type FetchedBatch } from './record-batch.ts';
import type { Fetched, Isolation } from './wire.ts';

/**
 * Decodes the records of an answer, in whole batches, until they have the requested number of bytes.
 * @throws LogDamageError where the checksum of a batch is wrong, EventLogError where a batch can't be unpacked;
 *   records before that batch are returned first
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
    // A broker always sends the first batch whole, however large it is.
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

/** Returns all records of a batch, or throws. */
function unpack(batch: FetchedBatch): LogRecord[] {
  const records: LogRecord[] = [];
  for (const { position, timeMs, value } of recordsOf(batch)) {
    if (value !== undefined) records.push({ position, timeMs, value });
  }
  return records;
}
