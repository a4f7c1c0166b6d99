import { createAPI, Writer, type Reader } from '@platformatic/kafka';

/*
 * The two requests that carry records; the records stay bytes here. The client's own functions for them decode
 * every record into objects and fail on some compressions. These are the last versions without tagged fields,
 * because the reader of the client (1.35) skips tagged fields wrongly: it takes their number for their length.
 * All brokers from Kafka 2.4 to 4 know these versions.
 */

export interface Produced {
  readonly code: number;
  /** Of the batch's first record. */
  readonly offset: number;
}

type ProduceArguments = [topic: string, partition: number, batch: Buffer, timeoutMs: number];

/** Appends a batch to a partition. The broker answers when all in-sync replicas have it. */
export const produce = createAPI<ProduceArguments, Produced>(0, 8, produceRequest, produced, false, false);

const ALL_REPLICAS = -1;

function produceRequest(...[topic, partition, batch, timeoutMs]: ProduceArguments): Writer {
  return Writer.create()
    .appendString(null, false)
    .appendInt16(ALL_REPLICAS)
    .appendInt32(timeoutMs)
    .appendInt32(1)
    .appendString(topic, false)
    .appendInt32(1)
    .appendInt32(partition)
    .appendInt32(batch.length)
    .append(batch);
}

function produced(_correlation: number, _key: number, _version: number, reader: Reader): Produced {
  const found = reader.readArray(
    () => {
      reader.readString(false);
      return reader.readArray(() => partitionProduced(reader), false, false);
    },
    false,
    false,
  )[0]?.[0];
  if (!found) throw new RangeError('the broker says nothing about the partition');
  return found;
}

function partitionProduced(reader: Reader): Produced {
  reader.readInt32();
  const code = reader.readInt16();
  const offset = Number(reader.readInt64());
  // The broker's time and the start of the log.
  reader.skip(16);
  reader.readArray(() => [reader.readInt32(), reader.readNullableString(false)], false, false);
  reader.readNullableString(false);
  return { code, offset };
}

export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  readonly code: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** Whole batches, and perhaps part of one at the end. The first may begin before the requested offset. */
  readonly bytes: Buffer;
}

/** The records of a producer from an offset on don't count, up to the producer's next end marker. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly first: number;
}

export type Isolation = 'committed' | 'uncommitted';

type FetchArguments = [
  topic: string,
  partition: number,
  from: number,
  maxBytes: number,
  isolation: Isolation,
];

/** Fetches the records of a partition from an offset on, without waiting for more. */
export const fetchRecords = createAPI<FetchArguments, Fetched>(1, 11, fetchRequest, fetched, false, false);

/** The replica id of consumers. */
const NO_REPLICA = -1;
const NO_SESSION = -1;
const UNKNOWN_EPOCH = -1;

function fetchRequest(...[topic, partition, from, maxBytes, isolation]: FetchArguments): Writer {
  return Writer.create()
    .appendInt32(NO_REPLICA)
    .appendInt32(0)
    .appendInt32(0)
    .appendInt32(maxBytes)
    .appendInt8(isolation === 'committed' ? 1 : 0)
    .appendInt32(0)
    .appendInt32(NO_SESSION)
    .appendInt32(1)
    .appendString(topic, false)
    .appendInt32(1)
    .appendInt32(partition)
    .appendInt32(UNKNOWN_EPOCH)
    .appendInt64(BigInt(from))
    .appendInt64(-1n)
    .appendInt32(maxBytes)
    .appendInt32(0)
    .appendString('', false);
}

function fetched(_correlation: number, _key: number, _version: number, reader: Reader): Fetched {
  reader.readInt32();
  const code = reader.readInt16();
  reader.readInt32();
  const found = reader.readArray(
    () => {
      const topic = reader.readString(false);
      return reader.readArray(() => partitionFetched(topic, reader), false, false);
    },
    false,
    false,
  )[0]?.[0];
  if (code !== 0) {
    return { topic: '', partition: -1, abortedTransactions: [], bytes: Buffer.alloc(0), ...found, code };
  }
  if (!found) throw new RangeError('the broker says nothing about the partition');
  return found;
}

function partitionFetched(topic: string, reader: Reader): Fetched {
  const partition = reader.readInt32();
  const code = reader.readInt16();
  // High watermark, last stable offset, start of the log.
  reader.skip(24);
  const abortedTransactions = reader.readArray(
    () => ({ producerId: reader.readInt64(), first: Number(reader.readInt64()) }),
    false,
    false,
  );
  // The preferred replica.
  reader.readInt32();
  const bytes = reader.readNullableBytes(false) ?? Buffer.alloc(0);
  return { topic, partition, code, abortedTransactions, bytes };
}
