import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Fastify from 'fastify';
import { Compressor } from '../../../src/api/http/conditional.ts';
import { sendRendered } from '../../../src/api/http/send.ts';
import { cachedCopy, madeNow } from '../../../src/read/answer-cache.ts';

/* Parts of answers, for programs that read a table in place (RFC 9110, 14). */

const BODY = 'project,views\r\nen.wikipedia,7\r\n';
const rendered = cachedCopy(madeNow(Buffer.from(BODY), 'text/csv'));
const app = Fastify();
before(() => {
  app.route({
    method: ['GET', 'HEAD', 'POST'],
    url: '/',
    handler: (request, reply) => sendRendered(request, reply, rendered, new Compressor(1024)),
  });
});
after(() => app.close());

/** The status, the body and the header about the part. */
async function answered(
  headers: Readonly<Record<string, string>>,
  method: 'GET' | 'HEAD' | 'POST' = 'GET',
): Promise<unknown[]> {
  const { statusCode, payload, headers: sent } = await app.inject({ method, url: '/', headers });
  if (method !== 'HEAD' && statusCode !== 304)
    assert.equal(sent['content-length'], String(Buffer.byteLength(payload)));
  return [statusCode, payload, sent['content-range']];
}

const WHOLE = [200, BODY, undefined];
const N = BODY.length;

void test('one part of an answer is sent as such', async () => {
  assert.deepEqual(await answered({ range: 'bytes=0-6' }), [206, 'project', `bytes 0-6/${N}`]);
  assert.deepEqual(await answered({ range: 'bytes=15-' }), [206, 'en.wikipedia,7\r\n', `bytes 15-30/${N}`]);
  assert.deepEqual(await answered({ range: 'bytes=-3' }), [206, '7\r\n', `bytes 28-30/${N}`]);
  assert.deepEqual(await answered({ range: 'bytes=0-999' }), [206, BODY, `bytes 0-30/${N}`]);
  assert.deepEqual(await answered({ range: 'bytes=-999' }), [206, BODY, `bytes 0-30/${N}`]);
});

void test('a part that no answer of this length has is refused with the length', async () => {
  assert.deepEqual(await answered({ range: 'bytes=31-' }), [416, '', `bytes */${N}`]);
  assert.deepEqual(await answered({ range: 'bytes=-0' }), [416, '', `bytes */${N}`]);
});

void test('whoever asks for no one part gets the whole answer', async () => {
  for (const range of ['bytes=0-1,3-4', 'bytes=5-2', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=a-b'])
    assert.deepEqual(await answered({ range }), WHOLE, range);
  assert.deepEqual(await answered({ range: 'bytes=0-6' }, 'POST'), WHOLE);
  assert.deepEqual(await answered({ range: 'bytes=0-6' }, 'HEAD'), [200, '', undefined]);
});

void test('a part of an answer that has changed is none, and what is known already is not sent', async () => {
  const range = 'bytes=0-6';
  assert.deepEqual(await answered({ range, 'if-range': '"other"' }), WHOLE);
  assert.deepEqual(await answered({ range, 'if-range': rendered.etag }), [206, 'project', `bytes 0-6/${N}`]);
  assert.deepEqual(await answered({ range, 'if-none-match': rendered.etag }), [304, '', undefined]);
});
