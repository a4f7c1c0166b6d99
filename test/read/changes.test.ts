import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeCatalogue } from '../../src/core/metric/catalogue.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { Changes } from '../../src/read/changes.ts';
import { startGateway } from '../support/gateway.ts';

describe('changes', () => {
  test('each listener is called until it ends its calls', () => {
    const changes = new Changes();
    const calls: string[] = [];
    const both = (): void => void calls.push('both');
    const end = changes.onChange(both);
    changes.onChange(both);
    changes.changed();
    assert.deepEqual(calls, ['both', 'both']);
    end();
    end();
    changes.changed();
    assert.deepEqual(calls, ['both', 'both', 'both']);
  });

  test('they are announced when a table changes and when the catalogue is replaced, and not otherwise', async () => {
    // Looked at only when the test says so.
    const gateway = await startGateway({ flags: { refreshMs: '60000' } });
    try {
      const { road } = gateway.app;
      let count = 0;
      road.watch.changes.onChange(() => count++);
      await road.watch.refresh();
      assert.equal(count, 0);
      const { epoch } = road.watch;
      await gateway.load('unique-devices', [
        {
          project: 'en.wikipedia',
          'access-site': 'all-sites',
          granularity: 'daily',
          timestamp: '20240101',
          devices: 1,
          offset: 0,
          underestimate: 1,
        },
      ]);
      assert.ok(count > 0);
      assert.ok(road.watch.epoch > epoch);
      const loaded = count;
      road.replaceCatalogue(makeCatalogue(METRICS));
      assert.equal(count, loaded + 1);
    } finally {
      await gateway.close();
    }
  });
});
