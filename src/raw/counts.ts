import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Rows } from '../core/metric/table.ts';
import { scopeKey } from '../core/time/table-state.ts';
import { DAY_MS, type Grain, HOUR_MS, type Ordinal } from '../core/time/time.ts';
import type { Cover, Warehouse } from '../warehouses/warehouse.ts';
import { dayOfHour } from './hours.ts';
import { REJECTS } from '../streams/rejects.ts';
import { addCounts, type Counts, NO_COUNTS, type RawHour } from './manifest.ts';
import type { RawTable } from './raw-table.ts';
import type { StreamTable } from './stream-table.ts';

const OUTCOMES = ['accepted', 'late', 'duplicate', 'rejected'] as const;
const DAY_HOURS = 24;

/** A number of the metric. */
interface Count {
  readonly grain: Grain;
  readonly ordinal: Ordinal;
  readonly stream: string;
  readonly outcome: (typeof OUTCOMES)[number];
  readonly events: number;
}

/**
 * Brings the metric `events` up to the manifests: of the hours that have changed, and their days, all
 * numbers are written anew. So a loader that died between its commit and this is made up for by the next one.
 * The warehouse's lease must be held: then the last of several loaders that have something of an hour has seen all of it.
 * @param tables by the stream's name
 * @throws EngineError
 */
export async function writeCounts(
  metric: Metric,
  warehouse: Warehouse,
  tables: ReadonlyMap<string, StreamTable>,
  signal: AbortSignal,
): Promise<void> {
  const written = [...tables.values()].flatMap(({ own }) => own);
  const hours = new Set(written.flatMap(({ manifest }) => manifest.uncounted));
  if (hours.size === 0) return;
  const seen = new Map<RawTable, Map<Ordinal, Counts>>();
  for (const table of written) {
    const own = new Map<Ordinal, Counts>();
    for (const hour of table.manifest.uncounted) {
      own.set(hour, table.manifest.hours.get(hour)?.counts ?? NO_COUNTS);
    }
    seen.set(table, own);
  }
  const whole = new Map<string, Whole>();
  for (const [stream, table] of tables) {
    whole.set(stream, { hour: await table.look(), watermarkMs: await table.watermarkMs() });
  }
  const counts = await countsOf(whole, hours);
  const covers = () => coversOf(whole, counts);
  await warehouse.write({ table: tableOf(metric), remove: [], rows: rowsOf(counts), covers }, signal);
  for (const [table, own] of seen) table.counted(own);
}

/** A table with the parts of all loaders. */
interface Whole {
  readonly hour: (hour: Ordinal) => Promise<RawHour | undefined>;
  readonly watermarkMs: number;
}

async function countsOf(tables: ReadonlyMap<string, Whole>, hours: ReadonlySet<Ordinal>): Promise<Count[]> {
  const found: Count[] = [];
  const days = new Map<Ordinal, Map<string, Counts>>();
  for (const day of new Set([...hours].map(dayOfHour))) {
    const byStream = new Map<string, Counts>();
    days.set(day, byStream);
    for (let hour = day * DAY_HOURS; hour < (day + 1) * DAY_HOURS; hour++) {
      for (const [stream, counts] of await hourCounts(tables, hour)) {
        byStream.set(stream, addCounts(byStream.get(stream) ?? NO_COUNTS, counts));
        if (hours.has(hour)) found.push(...numbersOf('hourly', hour, stream, counts));
      }
    }
    for (const [stream, counts] of byStream) found.push(...numbersOf('daily', day, stream, counts));
  }
  return found;
}

/** What an hour comes to, by stream. Rejects count for the stream that they were meant for. */
async function hourCounts(tables: ReadonlyMap<string, Whole>, hour: Ordinal): Promise<Map<string, Counts>> {
  const found = new Map<string, Counts>();
  const meantFor = (await tables.get(REJECTS.name)?.hour(hour))?.counts.meantFor ?? {};
  for (const [stream, table] of tables) {
    const counts = (await table.hour(hour))?.counts;
    const rejected = meantFor[stream] ?? 0;
    if (counts || rejected > 0) found.set(stream, addCounts(counts ?? NO_COUNTS, { ...NO_COUNTS, rejected }));
  }
  return found;
}

function numbersOf(grain: Grain, ordinal: Ordinal, stream: string, counts: Counts): Count[] {
  return OUTCOMES.map((outcome) => ({ grain, ordinal, stream, outcome, events: counts[outcome] }));
}

async function* rowsOf(counts: readonly Count[]): AsyncGenerator<Rows> {
  yield {
    length: counts.length,
    grain: counts.map(({ grain }) => grain),
    ordinals: counts.map(({ ordinal }) => ordinal),
    dimensions: [counts.map(({ stream }) => stream), counts.map(({ outcome }) => outcome)],
    entry: [],
    measures: [counts.map(({ events }) => events)],
  };
}

/** Periods behind the watermark are complete: what is absent from them did not happen. */
function coversOf(tables: ReadonlyMap<string, Whole>, counts: readonly Count[]): Cover[] {
  const covers: Cover[] = [];
  for (const { grain, ordinal, stream } of counts) {
    const watermarkMs = tables.get(stream)?.watermarkMs ?? 0;
    const end = (ordinal + 1) * (grain === 'hourly' ? HOUR_MS : DAY_MS);
    const last = covers.at(-1);
    const complete = end <= watermarkMs;
    const scope = scopeKey([stream]);
    // The outcomes of a period follow each other.
    if (last?.grain === grain && last.scope === scope && last.last === ordinal) continue;
    covers.push({ grain, scope, first: ordinal, last: ordinal, complete });
  }
  return covers;
}
