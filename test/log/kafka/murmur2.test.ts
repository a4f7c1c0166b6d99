import assert from 'node:assert/strict';
import { test } from 'node:test';
import { murmur2 } from '../../../src/log/kafka/murmur2.ts';

void test('the hash of a key is that of the producers of Java', () => {
  // From Kafka's own UtilsTest.
  const known = {
    '21': -973932308,
    foobar: -790332482,
    'a-little-bit-long-string': -985981536,
    'a-little-bit-longer-string': -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
    abc: 479470107,
  };
  for (const [key, hash] of Object.entries(known)) assert.equal(murmur2(Buffer.from(key)), hash, key);
});
