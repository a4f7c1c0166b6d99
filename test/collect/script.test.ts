import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startGateway } from '../support/gateway.ts';

void test('the script is small, works on pages of any origin, and is revalidated by its ETag', async () => {
  const gateway = await startGateway({ flags: { collect: 'true' } });
  try {
    const { status, text, type, headers } = await gateway.get('/k.js');
    assert.deepEqual([status, type], [200, 'text/javascript']);
    const length = gzipSync(text, { level: 9 }).length;
    assert.ok(length < 1500, `${length} bytes`);
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal((await gateway.get('/k.js').set('if-none-match', String(headers['etag']))).status, 304);
    assert.ok(Number(headers['content-length']) < 1500, headers['content-length']);
  } finally {
    await gateway.close();
  }
});
