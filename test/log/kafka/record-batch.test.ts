import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode } from '../../../src/log/kafka/decode.ts';
import {
  batchesIn,
  encodeBatch,
  isSound,
  overheadOf,
  recordsOf,
} from '../../../src/log/kafka/record-batch.ts';
import { readVarint, varintLength, writeVarint } from '../../../src/log/kafka/varint.ts';
import { LogDamageError } from '../../../src/log/log-errors.ts';

const PARTITION = { stream: 'views', partition: 0 };
const answer = (bytes: Buffer) => ({ topic: 't', partition: 0, code: 0, abortedTransactions: [], bytes });

/** Some batches, as a broker gives them: with positions. */
function batches(...values: readonly (readonly string[])[]): Buffer {
  let position = 0;
  return Buffer.concat(
    values.map((texts) => {
      const batch = encodeBatch(
        texts.map((text) => Buffer.from(text)),
        1_000,
      );
      batch.writeBigInt64BE(BigInt(position), 0);
      position += texts.length;
      return batch;
    }),
  );
}

void test('numbers are written and read again, and are as long as it is said', () => {
  const edges = [0, -1, 1, 63, -64, 64, -65, 8191, 8192, 2 ** 31, -(2 ** 31), 2 ** 50, -(2 ** 50)];
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...edges), fc.integer(), fc.maxSafeInteger()), (value) => {
      fc.pre(Math.abs(value) <= 2 ** 52 - 1);
      const bytes = Buffer.alloc(12);
      const end = writeVarint(bytes, 1, value);
      assert.equal(end, 1 + varintLength(value));
      const cursor = { at: 1 };
      assert.equal(readVarint(bytes, cursor), value);
      assert.equal(cursor.at, end);
    }),
  );
});

void test('a batch holds any values, in order, and is as long as it is said', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 200 }), (values) => {
      const batch = encodeBatch(values, 1_700_000_000_123);
      assert.equal(
        batch.length,
        values.reduce((sum, { length }) => sum + length, overheadOf(values)),
      );
      const [found, ...others] = [...batchesIn(batch)];
      assert.ok(found && others.length === 0 && isSound(found));
      const records = [...recordsOf(found)];
      assert.deepEqual(
        records.map(({ value }) => Uint8Array.from(value ?? [])),
        values.map((value) => Uint8Array.from(value)),
      );
      assert.deepEqual(
        records.map(({ position }) => position),
        values.map((_, index) => index),
      );
      assert.ok(records.every(({ timeMs }) => timeMs === 1_700_000_000_123));
    }),
  );
});

void test('reading starts at the position that was asked for and leaves out what is cut off at the end', () => {
  const bytes = batches(['a', 'b', 'c'], ['d'], ['e', 'f']);
  const read = (from: number, cut: number, maxBytes = 1_000) => {
    const { records, next } = decode(PARTITION, answer(bytes.subarray(0, cut)), from, maxBytes, 'committed');
    return [records.map(({ value }) => Buffer.from(value).toString()).join(''), next];
  };
  assert.deepEqual(read(0, bytes.length), ['abcdef', 6]);
  assert.deepEqual(read(1, bytes.length), ['bcdef', 6]);
  assert.deepEqual(read(1, bytes.length - 1), ['bcd', 4]);
  assert.deepEqual(read(0, bytes.length, 1), ['abc', 3]);
});

void test('no bit of a batch may change unnoticed; what is before it is given first', () => {
  const whole = batches(['before'], ['changed', 'too'], ['behind']);
  const [first, second] = [...batchesIn(whole)];
  assert.ok(first && second);
  const start = first.bytes.length;
  // The position and the length of a batch are the broker's; neither is under its checksum.
  for (let at = start + 21; at < start + second.bytes.length; at++) {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
    const before = decode(PARTITION, answer(bytes), 0, 1_000, 'committed');
    assert.deepEqual([before.records.length, before.next], [1, 1]);
    assert.throws(
      () => decode(PARTITION, answer(bytes.subarray(start)), 1, 1_000, 'committed'),
      (error) => error instanceof LogDamageError && error.from === 1 && error.to > 1,
    );
  }
});

void test('an answer without a whole batch is no end of the log', () => {
  const bytes = batches(['a']);
  assert.throws(
    () => decode(PARTITION, answer(bytes.subarray(0, bytes.length - 1)), 0, 1_000, 'committed'),
    /position 0 of views\/0 can't be read: there is no whole batch/,
  );
  const old = batches(['a']);
  old.writeInt8(1, 16);
  assert.throws(() => decode(PARTITION, answer(old), 0, 1_000, 'committed'), /format before Kafka 0.11/);
});
