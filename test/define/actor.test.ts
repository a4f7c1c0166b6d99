import { blobValue, DuckDBInstance } from '@duckdb/node-api';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actorOf, actorPads, actorSql, type ActorParts } from '../../src/define/actor.ts';

const KEY = Buffer.alloc(32, 1);
const PARTS = { address: '192.0.2.1', userAgent: 'Firefox', language: 'de', host: 'example.net' };

void test('an actor is the same for the same key, and another one for any other part', () => {
  const actor = actorOf(KEY, PARTS);
  assert.match(actor, /^[0-9a-f]{32}$/);
  assert.equal(actorOf(KEY, { ...PARTS }), actor);
  const others = [
    actorOf(Buffer.alloc(32, 2), PARTS),
    actorOf(KEY, { ...PARTS, address: '192.0.2.2' }),
    actorOf(KEY, { ...PARTS, userAgent: 'Chrome' }),
    actorOf(KEY, { ...PARTS, language: 'en' }),
    actorOf(KEY, { ...PARTS, host: 'example.org' }),
    actorOf(KEY, { ...PARTS, installation: '1' }),
    // The parts don't run into each other.
    actorOf(KEY, { ...PARTS, address: '192.0.2.1F', userAgent: 'irefox' }),
  ];
  assert.equal(new Set([actor, ...others]).size, others.length + 1);
});

void test('of a user agent the first 200 characters count', () => {
  const long = 'a'.repeat(200);
  const actor = actorOf(KEY, { ...PARTS, userAgent: long });
  assert.equal(actorOf(KEY, { ...PARTS, userAgent: `${long}b` }), actor);
});

void test('SQL makes the same actors', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  const { inner, outer } = actorPads(KEY);
  const cases: ActorParts[] = [
    PARTS,
    { ...PARTS, address: undefined, language: undefined },
    { ...PARTS, userAgent: 'é𝄞'.repeat(150) },
    { ...PARTS, userAgent: undefined },
  ];
  const sql = actorSql(
    { inner: '$1', outer: '$2' },
    { address: '$3', userAgent: '$4', language: '$5', host: '$6' },
  );
  for (const one of cases) {
    const { address, userAgent, language, host } = one;
    const texts = [address, userAgent, language, host].map((text) => text ?? null);
    const reader = await connection.runAndReadAll(`SELECT ${sql}`, [
      blobValue(inner),
      blobValue(outer),
      ...texts,
    ]);
    assert.deepEqual(reader.getRows(), [[actorOf(KEY, one)]]);
  }
  connection.closeSync();
});
