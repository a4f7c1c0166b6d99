import { HOUR_MS, type Ordinal } from '../core/time/time.ts';
import type { RawHour } from '../raw/manifest.ts';
import type { RawSources } from './raw-hours.ts';
import { type Source, STREAM_OF } from './view-maker.ts';

/** How far hours are closed, and why not further. */
export interface Closing {
  /** In ms since 1970: the start of an hour. */
  readonly closedMs: number;
  /** The first hour that loss keeps open. */
  readonly held?: {
    readonly hour: Ordinal;
    readonly source: Source;
    readonly loss: NonNullable<RawHour['loss']>;
  };
}

/**
 * Says up to when hours are closed: all of their raw rows were loaded, and not too many are missing.
 * @param fromMs hours before it are closed already
 * @param ignoresLoss whether hours of which much is missing are closed as well
 */
export function closingOf(sources: RawSources, fromMs: number, ignoresLoss: boolean): Closing {
  const watermarks = [...sources.values()].map(({ manifest }) => manifest.watermarkMs);
  const lowest = watermarks.length === 0 ? 0 : Math.min(...watermarks);
  let closedMs = Math.floor(lowest / HOUR_MS) * HOUR_MS;
  let held: Closing['held'];
  if (ignoresLoss) return { closedMs };
  for (const [source, { hours }] of sources) {
    for (const [hour, { files, loss }] of hours) {
      const startMs = hour * HOUR_MS;
      if (startMs < fromMs || startMs >= closedMs || files.length === 0) continue;
      // The loader looks for loss a moment after it has closed an hour.
      const isOpen =
        STREAM_OF[source].sequence !== undefined && (loss === undefined || loss.state === 'unsure');
      if (loss?.state !== 'stop' && !isOpen) continue;
      closedMs = startMs;
      held = loss?.state === 'stop' ? { hour, source, loss } : undefined;
    }
  }
  return { closedMs, ...(held && { held }) };
}
