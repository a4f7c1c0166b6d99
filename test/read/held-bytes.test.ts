// Runs in a process of its own: it measures what its process holds.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Compressor } from '../../src/api/http/conditional.ts';
import { ByteWriter } from '../../src/formats/byte-writer.ts';
import { AnswerCache } from '../../src/read/answer-cache.ts';
import { heldMemory } from '../support/memory.ts';

const MIB = 1024 * 1024;

/** What Buffers hold of this process's memory, in bytes. */
async function heldBytes(): Promise<number> {
  return (await heldMemory()).buffers;
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
