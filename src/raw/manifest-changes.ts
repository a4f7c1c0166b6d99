import type { Ordinal } from '../core/time/time.ts';
import type { RawFile, RawHour, RawManifest } from './manifest.ts';

/** The manifest with a sealed day's hours in it. The day's file goes. */
export function withoutSealed(
  before: RawManifest,
  day: Ordinal,
  hours: ReadonlyMap<Ordinal, RawHour>,
  nowMs: number,
): RawManifest {
  const sealed = before.days.get(day);
  if (!sealed) return before;
  const days = new Map(before.days);
  days.delete(day);
  const superseded = [...before.superseded, { path: sealed.path, since: nowMs }];
  return { ...before, days, superseded, hours: new Map([...hours, ...before.hours]) };
}

/** The manifest with other contents of an hour. */
export function withHour(before: RawManifest, hour: Ordinal, what: RawHour): RawManifest {
  return { ...before, hours: new Map([...before.hours, [hour, what]]) };
}

/** The manifest with files that were replaced. */
export function supersede(before: RawManifest, files: readonly RawFile[], since: number): RawManifest {
  const gone = files.map(({ path }) => ({ path, since }));
  return { ...before, superseded: [...before.superseded, ...gone] };
}
