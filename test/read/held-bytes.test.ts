import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Compressor } from '../../src/api/conditional.ts';
import { ByteWriter } from '../../src/formats/byte-writer.ts';
import { AnswerCache } from '../../src/read/answer-cache.ts';

const MIB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What Buffers hold of this process's memory, in bytes. */
async function heldBytes(): Promise<number> {
  // What a first collection finds is freed beside the program.
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await sleep(20);
  }
  return process.memoryUsage().arrayBuffers;
}

void test('a cache of 4 MiB of answers holds 4 MiB, also of short answers from long buffers', async () => {
  const cache = new AnswerCache(4 * MIB);
  const before = await heldBytes();
  for (let i = 0; i < 1000; i++) {
    await cache.get(`answer ${i}`, { version: 1, closed: true }, true, async () => {
      const out = new ByteWriter(MIB);
      out.text('{"items":[]}');
      return { body: out.finish(), type: 'application/json' };
    });
  }
  const held = (await heldBytes()) - before;
  assert.ok(held < 5 * MIB, `${held} bytes are held`);
  assert.equal(cache.usage.answers, 1000);
});

void test('a cache of 1 MiB of compressed answers holds 1 MiB, also where compressing made long buffers', async () => {
  const compressor = new Compressor(MIB);
  const before = await heldBytes();
  const body = Buffer.alloc(2000, 'a');
  for (let i = 0; i < 2000; i++) {
    body.set(randomBytes(8));
    await compressor.compress(body, `"${i}"`, 'br');
  }
  const held = (await heldBytes()) - before;
  assert.ok(held < 2 * MIB, `${held} bytes are held`);
  // Still in use: else its memory would have been free by now.
  assert.ok((await compressor.compress(body, '"1999"', 'br')).length < 200);
});
