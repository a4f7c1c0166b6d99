import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pathOfSourceId, sourceIdOf } from '../../../src/api/limn/source-id.ts';

const segments = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 8 });
const pathOf = (parts: readonly string[]): string => `/${parts.map(encodeURIComponent).join('/')}`;

describe('the id of a question', () => {
  test('leads back to its path, whatever the values are', () => {
    fc.assert(
      fc.property(segments, (parts) => {
        assert.equal(pathOfSourceId(sourceIdOf(pathOf(parts))), pathOf(parts));
      }),
    );
  });

  test('is the same escaped, unescaped and as it is, and has no slash', () => {
    fc.assert(
      fc.property(segments, (parts) => {
        const id = sourceIdOf(pathOf(parts));
        assert.match(id, /^[A-Za-z0-9._()~!-]*$/);
        assert.equal(encodeURIComponent(id), id);
        assert.equal(decodeURIComponent(id), id);
      }),
    );
  });

  test('is readable', () => {
    assert.equal(
      sourceIdOf('/pageviews/per-article/en.wikipedia/all-access/user/Cat%7CDog/daily/20240101/latest'),
      'pageviews~per-article~en.wikipedia~all-access~user~Cat!7CDog~daily~20240101~latest',
    );
  });
});
