import { join } from 'node:path';
import { type StreamEvents, STREAM_EVENTS } from '../core/metric/stream-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import { scopeKey } from '../core/time/table-state.ts';
import { type Grain, HOUR_MS, type Ordinal, ordinalAt } from '../core/time/time.ts';
import { coversIn } from '../load/derived-coverage.ts';
import { type EventSource, type GrainChange, runsOf, type Since } from '../load/event-source.ts';
import { openRawReader, RAW } from '../raw/open-loader.ts';
import type { RawReader } from '../raw/raw-reader.ts';
import type { RawHour } from '../raw/manifest.ts';
import { tableNameOf } from '../streams/stream.ts';
import type { SourceFiles } from '../warehouses/derivation.ts';
import { pinFiles } from '../warehouses/lake/pins.ts';
import { noticesOf } from './notices.ts';
import { StreamHours } from './stream-hours.ts';

/** All rows of a metric are made from its stream, so its coverage needs no scopes. */
const WHOLE = scopeKey([]);

/** Opens what a metric reads of a stream; undefined if no event of the stream was ever loaded. @throws EngineError */
export type OpenStream = (events: StreamEvents) => Promise<EventSource | undefined>;

/**
 * Returns a function that opens the raw tables of streams for metrics that are made from their events. Only closed
 * hours count: a day or month is made when its last hour is closed. A period whose events are gone in part isn't made
 * again.
 * @param lake the lake's folder
 */
export function streamSources(lake: string): OpenStream {
  const readers = new Map<string, RawReader>();
  return async (events) => {
    const { stream } = events;
    const reader = readers.get(stream) ?? openRawReader(lake, stream);
    readers.set(stream, reader);
    return sourceOf(lake, reader, events);
  };
}

async function sourceOf(
  lake: string,
  reader: RawReader,
  { stream, needsPersonal }: StreamEvents,
): Promise<EventSource | undefined> {
  const manifest = await reader.manifest();
  if (!manifest) return undefined;
  const hours = new StreamHours(manifest, await reader.hours(manifest), needsPersonal);
  const closed = hours.closedMs / HOUR_MS;
  const covered = hours.first === undefined ? [] : [{ first: hours.first, last: closed - 1, complete: true }];
  return {
    table: STREAM_EVENTS,
    version: hours.count,
    closedMs: hours.closedMs,
    days: hours.days(),
    isOwnTraffic: false,
    changes: (grains, since) =>
      Promise.resolve(grains.flatMap((grain) => changeOf(reader.folder, hours, grain, since))),
    scopes: () => undefined,
    covers: (_metric: Metric, changes) => coversIn(new Map([[WHOLE, covered]]), changes),
    hold: (changes) => {
      const files = changes.flatMap(({ spans, grain }) =>
        spans.flatMap(({ first, last }) => hours.in(grain, first, last).flatMap(([, hour]) => pathsOf(hour))),
      );
      const pin = pinFiles(lake, `${RAW}/${tableNameOf(stream)}`, [...new Set(files)]);
      return () => pin.end();
    },
    notices: (metric, tables, since) => noticesOf(metric, hours, tables, since),
  };
}

function changeOf(folder: string, hours: StreamHours, grain: Grain, since: Since): GrainChange[] {
  const periods = hours.changedSince(grain, since).filter((period) => hours.isWhole(grain, period));
  const spans = runsOf(periods);
  if (spans.length === 0) return [];
  const parts = spans.flatMap(({ first, last }) =>
    hours
      .in(grain, first, last)
      .flatMap(([hour, what]) => (what.files.length === 0 ? [] : [partOf(folder, hour, what)])),
  );
  return [{ grain, spans, parts }];
}

function partOf(folder: string, hour: Ordinal, what: RawHour): SourceFiles {
  return {
    files: pathsOf(what).map((path) => join(folder, path)),
    hours: what.files.map(() => hour),
    rows: what.counts.accepted,
    month: ordinalAt('monthly', hour * HOUR_MS),
  };
}

function pathsOf({ files }: RawHour): string[] {
  return files.map(({ path }) => path);
}
