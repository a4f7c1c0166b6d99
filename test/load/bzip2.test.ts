import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bunzip2, bunzip2InWorker } from '../../src/load/bzip2.ts';

/** `printf 'kraken\n' | bzip2 | base64` */
const KRAKEN = Buffer.from('QlpoOTFBWSZTWTzx8kkAAAJBgAAQIgkQACAAIg08gwAUH6LuSKcKEgeePkkg', 'base64');

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

async function* inPieces(packed: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < packed.length; at += bytes) yield packed.subarray(at, at + bytes);
}

const ways: Record<string, (packed: AsyncIterable<Buffer>) => AsyncIterable<Buffer>> = {
  'the command': (packed) => bunzip2(packed, new AbortController().signal),
  'a worker': bunzip2InWorker,
};

for (const [name, unpack] of Object.entries(ways)) {
  void test(`${name} unpacks bzip2, of several streams too, in pieces of any size`, async () => {
    const two = Buffer.concat([KRAKEN, KRAKEN]);
    assert.equal(await textOf(unpack(inPieces(KRAKEN, 1000))), 'kraken\n');
    assert.equal(await textOf(unpack(inPieces(two, 7))), 'kraken\nkraken\n');
  });

  void test(`${name} fails for a bzip2 file that is truncated or damaged`, async () => {
    await assert.rejects(textOf(unpack(inPieces(KRAKEN.subarray(0, 30), 7))), /end|EOF/i);
    const damaged = Buffer.from(KRAKEN);
    damaged[25] = (damaged[25] as number) ^ 0xff;
    await assert.rejects(textOf(unpack(inPieces(damaged, 1000))));
  });

  void test(`${name} stops when nobody reads on`, async () => {
    // The test ends only when the source is closed.
    await new Promise<void>((closed, failed) => {
      async function* endless(): AsyncGenerator<Buffer> {
        try {
          for (;;) yield KRAKEN;
        } finally {
          closed();
        }
      }
      const readOne = async (): Promise<void> => {
        for await (const chunk of unpack(endless())) if (chunk.length > 0) break;
      };
      readOne().catch(failed);
    });
  });
}

void test('the error of a worker arrives, however busy the process is', async () => {
  const damaged = Buffer.from(KRAKEN);
  damaged[25] = (damaged[25] as number) ^ 0xff;
  for (let round = 0; round < 5; round++) {
    const readings = Array.from({ length: 20 }, () => textOf(bunzip2InWorker(inPieces(damaged, 1000))));
    const until = Date.now() + 150;
    while (Date.now() < until);
    for (const reading of await Promise.allSettled(readings)) assert.equal(reading.status, 'rejected');
  }
});

void test('without the command bzip2, a worker does it', async (t) => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  t.after(() => (process.env['PATH'] = path));
  assert.equal(await textOf(bunzip2(inPieces(KRAKEN, 1000), new AbortController().signal)), 'kraken\n');
});
