import type { TestContext } from 'node:test';
import { aggregate } from '../../src/load/aggregate.ts';
import type { OpenCounter } from '../../src/live/open-counter.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { viewSource } from '../../src/refine/view-source.ts';
import { SIGNAL } from '../load/engines.ts';
import { WRITER } from '../load/event-files.ts';
import { TestLake } from '../refine/lake.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { counterOf } from './counted.ts';

/** A gateway that counts what comes into its log, with everything that makes closed numbers, step by step. */
export interface LiveGateway {
  readonly lake: TestLake;
  readonly gateway: Gateway;
  readonly open: OpenCounter;
  /** Lets a second pass and counts what came. */
  readonly goOn: () => Promise<void>;
  /** Loads, refines, closes and publishes all that can be. */
  readonly publish: () => Promise<void>;
}

export async function liveGateway(
  t: TestContext,
  nowMs: number,
  options: { readonly maxRows?: number } = {},
): Promise<LiveGateway> {
  const lake = await TestLake.make(nowMs);
  const clock = { now: () => lake.clock.ms };
  const open = await counterOf(t, lake, options);
  const gateway = await startGateway({
    clock,
    live: open.numbers,
    flags: { warehouse: `duckdb:${lake.lake}` },
  });
  t.after(async () => {
    await gateway.close();
    await lake.close();
  });
  return {
    lake,
    gateway,
    open,
    goOn: async () => {
      lake.clock.ms += 1_000;
      await open.counter.round(SIGNAL);
    },
    publish: async () => {
      await lake.load();
      await lake.refine();
      const { warehouse, store } = gateway;
      await aggregate({
        ...WRITER,
        warehouse,
        store,
        metrics: METRICS,
        views: () => viewSource(lake.lake),
      });
      await gateway.app.road.watch.refresh();
    },
  };
}
