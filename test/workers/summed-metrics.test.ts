import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SummedMetrics } from '../../src/workers/summed-metrics.ts';

/** The metrics of a process that has answered so many requests. */
function processWith(requests: number, connections: number): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'requests', help: 'h', labelNames: ['route'], registers }).inc(
    { route: '/' },
    requests,
  );
  new Gauge({ name: 'connections', help: 'h', registers }).set(connections);
  new Gauge({ name: 'ready', help: 'h', aggregator: 'first', registers }).set(connections > 0 ? 0 : 1);
  const seconds = new Histogram({ name: 'seconds', help: 'h', buckets: [1], registers });
  for (let i = 0; i < requests; i++) seconds.observe(0.5);
  return registry;
}

async function linesOf(summed: SummedMetrics<object>, own: Registry): Promise<string[]> {
  return (await summed.text(own)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

void test('counters, histograms and gauges are sums; what all have in common is told by the first process', async () => {
  const summed = new SummedMetrics<object>();
  summed.note({}, await processWith(3, 2).getMetricsAsJSON());
  summed.note({}, await processWith(4, 5).getMetricsAsJSON());
  assert.deepEqual(await linesOf(summed, processWith(1, 0)), [
    'requests{route="/"} 8',
    'connections 7',
    'ready 1',
    'seconds_bucket{le="1"} 8',
    'seconds_bucket{le="+Inf"} 8',
    'seconds_sum 4',
    'seconds_count 8',
  ]);
});

void test('what a process had counted stays after its end, and what it held goes', async () => {
  const summed = new SummedMetrics<object>();
  for (const requests of [3, 4]) {
    const worker = {};
    summed.note(worker, await processWith(requests, 2).getMetricsAsJSON());
    summed.end(worker);
  }
  const lines = await linesOf(summed, processWith(1, 0));
  assert.deepEqual(lines.slice(0, 3), ['requests{route="/"} 8', 'connections 0', 'ready 1']);
  assert.ok(lines.includes('seconds_count 8'));
});

void test('a process that ends while the sums are made is counted once', async () => {
  const summed = new SummedMetrics<object>();
  const worker = {};
  summed.note(worker, await processWith(5, 1).getMetricsAsJSON());
  const text = linesOf(summed, processWith(1, 0));
  summed.end(worker);
  assert.equal((await text)[0], 'requests{route="/"} 6');
  assert.equal((await linesOf(summed, processWith(1, 0)))[0], 'requests{route="/"} 6');
});
