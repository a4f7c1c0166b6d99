import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SAMPLE_DATASETS } from '../../../src/setup/dataset-folders.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { drawDashboard, type Fetch } from './limn-client.ts';

/* The dashboards that data owners composed, over their real files. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ datasets: [SAMPLE_DATASETS] });
});
after(() => gateway.close());

test('Limn draws every graph of the data owners’ dashboards, and each line has numbers', async () => {
  const fetch: Fetch = async (path) => {
    const { statusCode, body } = await gateway.app.api.inject(path);
    return statusCode === 200 ? body : undefined;
  };
  const { dashboards } = gateway.app.road.catalogue;
  assert.ok(dashboards.size > 0);
  for (const { id, tabs } of dashboards.values()) {
    const graphs = await drawDashboard(fetch, id);
    assert.deepEqual(
      graphs.map((graph) => graph.id),
      tabs.flatMap((tab) => tab.graphs),
    );
    for (const graph of graphs) {
      assert.ok(graph.lines.length > 0, graph.id);
      for (const { label, points } of graph.lines)
        assert.ok(
          points.some(([, value]) => Number.isFinite(value)),
          `${graph.id} ${label}`,
        );
    }
  }
});
