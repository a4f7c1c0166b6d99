import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Metric } from '../core/metric/metric.ts';
import type { Clock } from '../core/time/time.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { LiveNumbers } from '../read/live.ts';
import { readDayKey } from '../refine/day-keys.ts';
import { openRawSources } from '../refine/open-refiner.ts';
import { openViewReader } from '../refine/view-reader.ts';
import type { ViewRules } from '../refine/view-rules.ts';
import { allowMemory, Engine } from '../warehouses/lake/engine.ts';
import { ActorKeys } from './actor-keys.ts';
import { LiveCounter } from './counter.ts';
import { liveTables } from './live-tables.ts';
import { ViewRows } from './view-rows.ts';

const KEY_BYTES = 32;

export interface CounterOptions {
  /** The lake's folder. */
  readonly lake: string;
  readonly log: EventLogReader;
  readonly rules: ViewRules;
  /** The metrics whose tables have open periods. */
  readonly metrics: readonly Metric[];
  readonly clock: Clock;
  /** How many views may be held. */
  readonly maxRows: number;
}

/** A counter with its numbers, until it is closed. */
export interface OpenCounter {
  readonly counter: LiveCounter;
  readonly numbers: LiveNumbers;
  readonly close: () => Promise<void>;
}

/** Opens the counter of open periods. Nothing is read yet. @throws EngineError */
export async function openCounter(options: CounterOptions): Promise<OpenCounter> {
  const { lake, log, rules, metrics, clock, maxRows } = options;
  const engine = await Engine.open(join(lake, '_tmp'));
  const connection = await engine.borrow(new AbortController().signal);
  await allowMemory(connection, true);
  const rows = await ViewRows.open(connection, rules.automatedSql);
  const views = openViewReader(lake);
  const counter = new LiveCounter({
    log,
    lake: { raw: openRawSources(lake), views },
    rules,
    keys: new ActorKeys(
      (day) => readDayKey(nodeDisk, lake, day),
      () => randomBytes(KEY_BYTES),
    ),
    connection,
    rows,
    clock,
    maxRows,
  });
  const tables = liveTables({ counter, rows, folder: views.folder, metrics });
  return {
    counter,
    numbers: {
      get counting() {
        return counter.counting;
      },
      tables,
    },
    close: async () => {
      engine.giveBack(connection);
      await engine.close();
    },
  };
}
