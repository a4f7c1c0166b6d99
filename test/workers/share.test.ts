import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';
import { shareOf } from '../../src/workers/share.ts';

const MIB = 2 ** 20;

void test('all workers together have no more memory than is set, and the caches divide their share into whole bytes', () => {
  const config = readConfig({}, { cellCacheMb: '64', answerCacheMb: '100', feedsMb: '7' });
  for (const workers of [2, 3, 7, 256]) {
    const share = shareOf(config, workers);
    for (const key of ['cellCacheMb', 'answerCacheMb', 'feedsMb'] as const) {
      assert.ok(share[key] * workers <= config[key]);
      assert.ok(config[key] - share[key] * workers < 0.01);
      assert.ok(Number.isInteger((share[key] * MIB) / 4));
    }
  }
  assert.equal(shareOf(readConfig({}, { cellCacheMb: '0' }), 2).cellCacheMb, 0);
});

void test('a client has its share of what may be under way, and never none', () => {
  const config = readConfig({}, { maxRequests: '1001', maxRequestsPerClient: '1', listeners: '0' });
  const share = shareOf(config, 4);
  assert.equal(share.maxRequests, 251);
  assert.equal(share.maxRequestsPerClient, 1);
  assert.equal(share.listenersPerClient, 5);
  // Whoever allows none, allows none.
  assert.equal(share.listeners, 0);
});

void test('one process has everything', () => {
  const config = readConfig({}, {});
  assert.deepEqual(shareOf(config, 1), config);
});
