import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { idOf, openDigests, questionDigest, seenAmong, seenOf, type Seen } from '../../src/feed/event-id.ts';
import type { ItemRow } from '../../src/formats/item-rows.ts';

const row = (key: string, item = `{"views":${key.length}}`): ItemRow => ({
  key,
  item,
  ordinal: 1,
  isOpen: true,
  tail: 1,
});
const digest = questionDigest('a question', '');

const steps = fc.array(
  fc.record({
    version: fc.nat(2 ** 40),
    at: fc.option(fc.nat(2 ** 41), { nil: undefined }),
    count: fc.option(fc.nat(10_000), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('ids of events', () => {
  test('are read as they were written, and are printable ASCII without spaces and commas', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.string(), { maxLength: 24 }), (way, keys) => {
        const seen: Seen = {
          steps: way.map(({ count, ...moment }) => (count === undefined ? moment : { ...moment, count })),
          open: openDigests(
            keys.map((key) => row(key)),
            true,
          ),
        };
        const id = idOf(digest, seen);
        assert.match(id, /^[!-+\--~]+$/);
        assert.deepEqual(seenOf(id, digest), seen);
      }),
    );
  });

  test('that were cut off are unknown', () => {
    const moments = [
      { version: 12, at: 1795953632000 },
      { version: 15, at: 1795953640000, count: 31 },
    ];
    const id = idOf(digest, { steps: moments, open: openDigests([row('a'), row('b')], true) });
    for (let length = 0; length < id.length; length++)
      assert.equal(seenOf(id.slice(0, length), digest), undefined, id.slice(0, length));
  });

  test('of another question, of too many steps and of no form are unknown', () => {
    const id = idOf(digest, { steps: [{ version: 3, at: undefined }], open: new Set() });
    assert.equal(seenOf(id, questionDigest('another', '')), undefined);
    assert.equal(seenOf(id, questionDigest('a question', 'another edition')), undefined);
    const many = {
      steps: Array.from({ length: 13 }, () => ({ version: 1, at: undefined, count: 1 })),
      open: new Set<string>(),
    };
    assert.equal(seenOf(idOf(digest, many), digest), undefined);
    fc.assert(
      fc.property(fc.string(), (text) => {
        seenOf(text, digest);
        seenOf(`${digest}~${text}`, digest);
      }),
    );
  });

  test('know which open rows were seen as they are, also if there are many', () => {
    const few = [row('a'), row('b')];
    const seen = openDigests([few[0] as ItemRow], false);
    assert.deepEqual(seenAmong(few, seen), new Set(['a']));
    assert.deepEqual(seenAmong([row('a', '{"views":9}'), row('b')], seen), new Set());
    const many = Array.from({ length: 1000 }, (_, i) => row(String(i)));
    assert.equal(seenAmong(many, openDigests(many, true)).size, 1000);
    assert.equal(openDigests(many.slice(0, 500), false).size, 0);
    assert.equal(seenAmong([...many, row('new')], openDigests(many, true)).size, 0);
  });
});
