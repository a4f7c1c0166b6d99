import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explorerQuery } from '../../src/formats/explorer-url.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';

void test('a dimension that is called like a parameter of the explorer has a name of its own', () => {
  const metric = { ...pageviewsAggregate, path: '/views/{view}/{project}/{granularity}/{start}/{end}' };
  const query = explorerQuery(metric, { view: 'wide', project: 'en.wikipedia', other: 'left out' });
  assert.deepEqual(
    [...query],
    [
      ['metric', 'pageviews-aggregate'],
      ['where.view', 'wide'],
      ['project', 'en.wikipedia'],
    ],
  );
});
