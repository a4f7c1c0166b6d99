import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Thrift from 'thrift';
import { Client } from '#hbase-thrift/THBaseService';
import types, { type TGet } from '#hbase-thrift/hbase_types';
import { int64, LeanProtocol } from '../../../src/stores/hbase/lean-protocol.ts';
import { LeanTransport } from '../../../src/stores/hbase/lean-transport.ts';

type Int64 = (value: number) => Thrift.Int64;
const thriftInt64: Int64 = (value) => new Thrift.Int64(value);

const table = Buffer.from('kraken.pageviews_per_article');

function getOf(columns: number, timestamp: number, int: Int64): TGet {
  return new types.TGet({
    row: Buffer.from('en.wikipedia\0Zürich\0D2024'),
    columns: Array.from({ length: columns }, (_, i) => ({
      family: Buffer.from('c'),
      qualifier: Buffer.from(`all-access\0user\0${i}`.repeat(1 + i * 3)),
    })),
    timeRange: new types.TTimeRange({ minStamp: int(0), maxStamp: int(timestamp) }),
    maxVersions: 300,
  });
}

/** What a client of this transport and protocol sends. */
function sent(
  transport: Thrift.TTransportConstructor,
  protocol: Thrift.TProtocolConstructor,
  call: (client: Client) => Promise<unknown>,
): Buffer[] {
  const frames: Buffer[] = [];
  const output = new transport(undefined, (frame) => frames.push(frame as Buffer));
  void call(new Client(output, protocol));
  return frames;
}

const byThrift = (call: (client: Client) => Promise<unknown>): Buffer[] =>
  sent(Thrift.TFramedTransport, Thrift.TCompactProtocol, call);
const lean = (call: (client: Client) => Promise<unknown>): Buffer[] =>
  sent(LeanTransport, LeanProtocol, call);

describe('what is sent to HBase', () => {
  for (const timestamp of [0, 1, 63, 64, 2 ** 31, 1_795_693_043_260_123, 2 ** 51])
    test(`is byte for byte what Thrift's own protocol sends, timestamps up to ${timestamp}`, () => {
      for (const columns of [0, 1, 12, 15, 300]) {
        assert.deepEqual(
          lean((client) => client.get(table, getOf(columns, timestamp, int64))),
          byThrift((client) => client.get(table, getOf(columns, timestamp, thriftInt64))),
        );
      }
    });

  test('is so for what is far larger than a frame is at first', () => {
    const value = Buffer.alloc(100_000, 'cell');
    const put = (int: Int64) => ({
      row: Buffer.from('row'),
      columnValues: [{ family: Buffer.from('c'), qualifier: Buffer.from('q'), value }],
      timestamp: int(7),
    });
    assert.deepEqual(
      lean((client) => client.putMultiple(table, [put(int64), put(int64)])),
      byThrift((client) => client.putMultiple(table, [put(thriftInt64), put(thriftInt64)])),
    );
  });

  test('has nothing of a message that could not be written to its end', () => {
    const frames: Buffer[] = [];
    const client = new Client(
      new LeanTransport(undefined, (frame) => frames.push(frame as Buffer)),
      LeanProtocol,
    );
    const broken = getOf(1, 1, () => ({ toNumber: () => assert.fail('broken') }) as unknown as Thrift.Int64);
    client.get(table, broken).catch(() => undefined);
    assert.equal(frames.length, 0);
    void client.get(table, getOf(1, 1, int64));
    const [, whole] = byThrift((other) => {
      void other.get(table, getOf(1, 1, thriftInt64));
      return other.get(table, getOf(1, 1, thriftInt64));
    });
    assert.deepEqual(frames, [whole]);
  });
});

/** What the generated structs have, and their declarations don't say. */
interface Serializable {
  write(output: Thrift.TProtocol): void;
  read(input: Thrift.TProtocol): void;
}
const serializable = (struct: object): Serializable => struct as Serializable;

describe('what comes from HBase', () => {
  test('is read as Thrift writes it', () => {
    for (const timestamp of [0, 1, 127, 128, 2 ** 40, 2 ** 51, -1, -300]) {
      const frames: Buffer[] = [];
      const output = new Thrift.TFramedTransport(undefined, (frame) => frames.push(frame as Buffer));
      const written = new types.TResult({
        row: Buffer.from('row'),
        columnValues: Array.from({ length: 20 }, (_, i) => ({
          family: Buffer.from('c'),
          qualifier: Buffer.from(`${i}`),
          value: Buffer.alloc(i * 40, i),
          timestamp: thriftInt64(timestamp),
        })),
      });
      serializable(written).write(new Thrift.TCompactProtocol(output));
      output.flush();
      const read = new types.TResult();
      serializable(read).read(
        new LeanProtocol(new Thrift.TFramedTransport((frames[0] as Buffer).subarray(4))),
      );
      assert.deepEqual(
        read.columnValues.map(({ qualifier, value, timestamp: stamp }) => [
          qualifier.toString(),
          [...value],
          stamp?.toNumber(),
        ]),
        written.columnValues.map(({ qualifier, value }) => [qualifier.toString(), [...value], timestamp]),
      );
    }
  });

  test('is refused where a number has no end', () => {
    const protocol = new LeanProtocol(new Thrift.TFramedTransport(Buffer.alloc(20, 0xff)));
    assert.throws(() => protocol.readI64(), /more than 64 bits/);
  });

  test('may be the largest number there is, if not to the last digit', () => {
    // Zigzag of 2^63 - 1: 64 bits, all but the lowest set.
    const bytes = Buffer.from([0xfe, ...Array<number>(8).fill(0xff), 0x01]);
    const protocol = new LeanProtocol(new Thrift.TFramedTransport(bytes));
    assert.equal(protocol.readI64().toNumber(), 2 ** 63);
  });
});
