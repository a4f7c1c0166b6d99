import { createHash } from 'node:crypto';
import { daysInMonth } from './units.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { ordinalAt, startOf } from '../core/time/time.ts';
import type { DumpFormat, Feed, Unit } from './format.ts';
import { daysOfMonth, filesPart, makeRows, type Making } from './make-rows.ts';
import type { Shelf, Shelved } from './shelf.ts';
import { unitText } from './units.ts';

export interface MakeOptions {
  readonly warehouse: Warehouse;
  readonly shelf: Shelf;
  readonly signal: AbortSignal;
  /** Makes days and months of what is there, too, if some of their files are missing. */
  readonly partial: boolean;
  /** What the files don't have never was: see `--complete` of `kraken import`. */
  readonly complete: boolean;
  readonly note?: string;
}

/** What was made of the files of some units. */
export interface MadeUnits {
  /** The names of tables, each with the partitions that changed. */
  readonly changed: readonly string[];
  /** The units of which files are missing, with the slots that have none. */
  readonly partial: readonly { readonly unit: string; readonly missing: readonly string[] }[];
}

/** A unit with its files. */
interface Ready {
  readonly unit: Unit;
  readonly shelved: ReadonlyMap<string, Shelved>;
  readonly missing: readonly string[];
  readonly digest: string;
}

/**
 * Makes the rows of all tables that units of one month feed, where they aren't made of the same files already. It can
 * be stopped anywhere: what wasn't noted as made is made again, with the same result.
 */
export async function makeUnits(
  format: DumpFormat,
  units: readonly Unit[],
  options: MakeOptions,
): Promise<MadeUnits> {
  const { shelf, warehouse, signal, note } = options;
  const all = await Promise.all(units.map((unit) => readyUnit(format, unit, options)));
  const partial = all
    .filter(({ missing }) => missing.length > 0)
    .map(({ unit, missing }) => ({ unit: unitText(unit), missing }));
  const stale: Ready[] = [];
  for (const one of all) if ((await shelf.made(format, one.unit))?.digest !== one.digest) stale.push(one);
  const changed: string[] = [];
  if (stale.length === 0) return { changed, partial };
  const write = async (makings: readonly Making[]): Promise<void> => {
    for (const partition of await makeRows(warehouse, makings, signal, note))
      changed.push(`${makings[0]?.metric.name ?? ''} ${partition}`);
  };
  for (const feed of format.feeds) {
    const makings = stale.flatMap((one) => makingOf(format, feed, one, options) ?? []);
    // Those of one query are written at once: a partition is written anew with each change.
    const alike = new Map<string, Making[]>();
    for (const making of makings) {
      const key = `${making.spans[0]?.grain ?? ''} ${making.rows.text}`;
      alike.set(key, [...(alike.get(key) ?? []), making]);
    }
    for (const ones of alike.values()) await write(ones);
  }
  if (format.rollUps.length > 0) await rollUp(format, stale, options, write);
  for (const { unit, digest, missing } of stale)
    await shelf.setMade(format, unit, { digest, isWhole: missing.length === 0 });
  return { changed, partial };
}

async function readyUnit(format: DumpFormat, unit: Unit, options: MakeOptions): Promise<Ready> {
  const shelved = await options.shelf.of(format, unit);
  const missing = format.slots(unit).filter((slot) => !shelved.has(slot));
  const texts = [...format.feeds.map(({ rows }) => rows(true)), ...format.rollUps.map(({ rows }) => rows)];
  const digest = createHash('sha256')
    .update(JSON.stringify([...shelved.values()].map(({ slot, sha256 }) => [slot, sha256])))
    .update(JSON.stringify([options.partial && missing.length > 0, options.complete]))
    .update(texts.map(({ text }) => text).join('\0'))
    .digest('hex');
  return { unit, shelved, missing, digest };
}

/** Returns what a feed makes of a unit; undefined if too little of it is there. */
function makingOf(
  format: DumpFormat,
  feed: Feed,
  { unit, shelved, missing }: Ready,
  { shelf, partial, complete }: MakeOptions,
): Making | undefined {
  const needed = typeof feed.needs === 'function' ? feed.needs(unit) : [...shelved.keys()];
  const there = [...shelved.values()].filter(({ slot }) => needed.includes(slot));
  const isWhole =
    feed.needs === 'each' || (feed.needs === 'any' ? missing.length === 0 : there.length === needed.length);
  if (there.length === 0 || (!isWhole && feed.needs !== 'any' && !partial)) return undefined;
  const spans = feed.span(
    unit,
    there.map(({ slot }) => slot),
  );
  const [first] = spans;
  if (!first) return undefined;
  const files = there.map(({ parquet }) => shelf.path(format, unit, parquet));
  const rows = there.reduce((sum, one) => sum + one.rows, 0);
  return {
    metric: feed.metric,
    spans,
    scopes: scopesOf(there, feed.totals),
    isComplete: isWhole && (feed.isEverything || complete),
    parts: [filesPart(files, rows, first)],
    source: format.table,
    rows: feed.rows(isWhole),
  };
}

function scopesOf(shelved: readonly Shelved[], totals: readonly string[] = []): string[] {
  return [...new Set([...shelved.flatMap(({ projects }) => projects), ...totals])].sort();
}

/** Makes the months of which all days are whole now. */
async function rollUp(
  format: DumpFormat,
  stale: readonly Ready[],
  options: MakeOptions,
  write: (makings: readonly Making[]) => Promise<void>,
): Promise<void> {
  const { shelf, complete } = options;
  const months = new Set(stale.map(({ unit }) => ordinalAt('monthly', startOf('daily', unit.ordinal))));
  for (const month of months) {
    const days = daysInMonth(month);
    const isWhole = async (unit: Unit): Promise<boolean> => {
      const own = stale.find(({ unit: { ordinal } }) => ordinal === unit.ordinal);
      return own ? own.missing.length === 0 : (await shelf.made(format, unit))?.isWhole === true;
    };
    if (!(await Promise.all(days.map(isWhole))).every(Boolean)) continue;
    const shelved = (await Promise.all(days.map((unit) => shelf.of(format, unit)))).flatMap((one) => [
      ...one.values(),
    ]);
    for (const { metric, from, rows } of format.rollUps) {
      const feed = format.feeds.find((one) => one.metric === metric);
      await write([
        {
          metric,
          spans: [{ grain: 'monthly', first: month, last: month }],
          scopes: scopesOf(shelved, feed?.totals),
          isComplete: feed?.isEverything === true || complete,
          parts: [daysOfMonth(month)],
          source: tableOf(from),
          rows,
        },
      ]);
    }
  }
}
