import { crc32c } from '@platformatic/kafka';
import { decompress } from './compression.ts';
import { readVarint, varintLength, writeVarint } from './varint.ts';

/*
 * Kafka's record batches, format 2 (since Kafka 0.11):
 *
 *   baseOffset int64 | length int32, of what follows | partitionLeaderEpoch int32 | magic int8 = 2 |
 *   crc uint32 (CRC-32C of what follows) | attributes int16 | lastOffsetDelta int32 |
 *   baseTimestamp int64 | maxTimestamp int64 | producerId int64 | producerEpoch int16 |
 *   baseSequence int32 | count int32 | records, compressed as the attributes say
 *
 *   record: length varint | attributes int8 | timestampDelta varint | offsetDelta varint |
 *           key (length varint, -1 for none) | value (likewise) | headers (count varint, …)
 *
 * Varints are zigzag. https://kafka.apache.org/documentation/#recordbatch
 */

const LENGTH_AT = 8;
const MAGIC_AT = 16;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const RECORDS_AT = 61;
/** Base offset and length. */
const HEAD_BYTES = 12;

const COMPRESSION = 0b111;
const BY_BROKERS_CLOCK = 0b1000;
const TRANSACTIONAL = 0b1_0000;
const CONTROL = 0b10_0000;

/** Returns the size of a record batch without its values, in bytes. */
export function overheadOf(values: readonly Uint8Array[]): number {
  return values.reduce(
    (sum, value, index) => sum + recordLength(value, index).total - value.length,
    RECORDS_AT,
  );
}

/** Encodes values as a batch of records of one time, without keys, headers and compression. */
export function encodeBatch(values: readonly Uint8Array[], timeMs: number): Buffer {
  const lengths = values.map(recordLength);
  const batch = Buffer.alloc(lengths.reduce((sum, { total }) => sum + total, RECORDS_AT));
  batch.writeInt32BE(batch.length - HEAD_BYTES, LENGTH_AT);
  batch.writeInt32BE(-1, HEAD_BYTES);
  batch.writeInt8(2, MAGIC_AT);
  batch.writeInt32BE(values.length - 1, 23);
  batch.writeBigInt64BE(BigInt(timeMs), 27);
  batch.writeBigInt64BE(BigInt(timeMs), 35);
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt16BE(-1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(values.length, 57);
  let at = RECORDS_AT;
  for (const [index, value] of values.entries()) {
    at = writeVarint(batch, at, (lengths[index] as RecordLength).body);
    // Attributes and the difference in time are 0.
    at = writeVarint(batch, at + 2, index);
    at = writeVarint(batch, at, -1);
    at = writeVarint(batch, at, value.length);
    batch.set(value, at);
    // No headers: 0.
    at += value.length + 1;
  }
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT);
  return batch;
}

interface RecordLength {
  /** Without its own length. */
  readonly body: number;
  readonly total: number;
}

function recordLength(value: Uint8Array, index: number): RecordLength {
  const body = 1 + 1 + varintLength(index) + 1 + varintLength(value.length) + value.length + 1;
  return { body, total: varintLength(body) + body };
}

/** A fetched batch, with what its header says. */
export interface FetchedBatch {
  readonly bytes: Buffer;
  readonly first: number;
  readonly last: number;
  readonly isTransactional: boolean;
  /** Whether it holds only the marker of a transaction's end. */
  readonly isControl: boolean;
  readonly producerId: bigint;
}

/** Yields the batches of an answer. An incomplete batch at the end is left out. */
export function* batchesIn(bytes: Buffer): Generator<FetchedBatch> {
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const end = at + HEAD_BYTES + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length) return;
    const batch = bytes.subarray(at, end);
    if (batch.length < RECORDS_AT || batch.readInt8(MAGIC_AT) !== 2) {
      throw new RangeError('its records are of a format before Kafka 0.11');
    }
    const first = Number(batch.readBigInt64BE(0));
    const attributes = batch.readInt16BE(ATTRIBUTES_AT);
    yield {
      bytes: batch,
      first,
      last: first + batch.readInt32BE(23),
      isTransactional: (attributes & TRANSACTIONAL) !== 0,
      isControl: (attributes & CONTROL) !== 0,
      producerId: batch.readBigInt64BE(43),
    };
    at = end;
  }
}

/** Checks the checksum of a batch. */
export function isSound({ bytes }: FetchedBatch): boolean {
  return crc32c(bytes.subarray(ATTRIBUTES_AT)) === bytes.readUInt32BE(CRC_AT);
}

/** Tells whether a control batch ends its transaction by aborting it. */
export function isAbort(batch: FetchedBatch): boolean {
  for (const { key } of rawRecords(batch)) return key?.readInt16BE(2) === 0;
  return false;
}

export interface BatchRecord {
  readonly position: number;
  readonly timeMs: number;
  readonly value: Buffer | undefined;
}

/** Yields the records of a batch. @throws Error where the batch contradicts its header or can't be unpacked */
export function* recordsOf(batch: FetchedBatch): Generator<BatchRecord> {
  const { bytes, first } = batch;
  const isByBroker = (bytes.readInt16BE(ATTRIBUTES_AT) & BY_BROKERS_CLOCK) !== 0;
  const baseMs = Number(bytes.readBigInt64BE(27));
  const maxMs = Number(bytes.readBigInt64BE(35));
  for (const { offsetDelta, timeDelta, value } of rawRecords(batch)) {
    // The broker writes its time into the header only.
    yield { position: first + offsetDelta, timeMs: isByBroker ? maxMs : baseMs + timeDelta, value };
  }
}

interface RawRecord {
  readonly timeDelta: number;
  readonly offsetDelta: number;
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
}

function* rawRecords({ bytes }: FetchedBatch): Generator<RawRecord> {
  const codec = bytes.readInt16BE(ATTRIBUTES_AT) & COMPRESSION;
  const count = bytes.readInt32BE(57);
  const records = decompress(codec, bytes.subarray(RECORDS_AT));
  const cursor = { at: 0 };
  for (let index = 0; index < count; index++) {
    const length = readVarint(records, cursor);
    const end = cursor.at + length;
    if (length < 0 || end > records.length) throw new RangeError('a record is longer than its batch');
    cursor.at += 1;
    const timeDelta = readVarint(records, cursor);
    const offsetDelta = readVarint(records, cursor);
    const key = readBytes(records, cursor, end);
    const value = readBytes(records, cursor, end);
    yield { timeDelta, offsetDelta, key, value };
    // The rest of the record are its headers.
    cursor.at = end;
  }
}

function readBytes(records: Buffer, cursor: { at: number }, end: number): Buffer | undefined {
  const length = readVarint(records, cursor);
  if (length < 0) return undefined;
  const from = cursor.at;
  cursor.at += length;
  if (cursor.at > end) throw new RangeError('a field is longer than its record');
  return records.subarray(from, cursor.at);
}
