import { HOUR_MS, type Ordinal } from '../core/time/time.ts';
import { dayOfHour, hourOf } from './hours.ts';
import { emptyHour, type RawHour, type RawManifest } from './manifest.ts';
import { withoutSealed } from './manifest-changes.ts';
import { PART_PREFIX, type PartManifest, partFolder } from './parts.ts';
import type { RawTable } from './raw-table.ts';
import type { StreamTable } from './stream-table.ts';

/**
 * Brings the own manifest of a table up to its parts: the watermark is the least of theirs, and hours behind it that
 * have rows in a part are known there, so that they get `_IMPORTED` and are looked at for loss. It does nothing where
 * another loader keeps that manifest.
 * @param partitions those of the log
 */
export async function keepWhole(
  table: StreamTable,
  partitions: readonly number[],
  nowMs: number,
): Promise<void> {
  const { kept } = table;
  if (!kept || partitions.length === 0) return;
  const parts = (await table.manifests()).filter(({ prefix }) => prefix !== '');
  const watermarkMs = watermarkOf(kept.manifest, parts, partitions);
  const changed = await changedHours(table, kept, parts, watermarkMs);
  if (changed.size === 0 && hourOf(watermarkMs) <= hourOf(kept.manifest.watermarkMs)) return;
  await kept.commit(async (before) => withHours(before, kept, { changed, watermarkMs, nowMs }));
}

/** The least of all partitions: one that nobody loads holds it up. */
function watermarkOf(
  whole: RawManifest,
  parts: readonly PartManifest[],
  partitions: readonly number[],
): number {
  const known = new Map(parts.map(({ prefix, manifest }) => [prefix, manifest.watermarkMs]));
  const each = partitions.map((partition) => {
    const before = whole.partitions.has(partition) ? whole.watermarkMs : 0;
    return known.get(`${partFolder(partition)}/`) ?? before;
  });
  return Math.max(whole.watermarkMs, Math.min(...each));
}

/** The closed hours of parts of which the whole doesn't know yet, or that have got something since. By hour: when. */
async function changedHours(
  table: StreamTable,
  kept: RawTable,
  parts: readonly PartManifest[],
  watermarkMs: number,
): Promise<Map<Ordinal, number>> {
  const hours = new Set(parts.flatMap(({ manifest }) => [...manifest.hours.keys()]));
  // A part may have sealed a day before this loader came to look.
  const first = dayOfHour(hourOf(kept.manifest.watermarkMs));
  for (const { manifest } of parts) {
    for (const day of manifest.days.keys()) {
      if (day < first) continue;
      for (let hour = day * 24; hour < (day + 1) * 24; hour++) hours.add(hour);
    }
  }
  const found = new Map<Ordinal, number>();
  const look = await table.look();
  for (const hour of hours) {
    if ((hour + 1) * HOUR_MS > watermarkMs) continue;
    const whole = await kept.hour(hour);
    const { changedMs, files } = (await look(hour)) ?? { changedMs: 0, files: [] };
    const isInParts = files.some(({ path }) => path.startsWith(PART_PREFIX));
    if (!isInParts || (whole?.inParts && whole.changedMs >= changedMs)) continue;
    found.set(hour, changedMs);
  }
  return found;
}

async function withHours(
  before: RawManifest,
  kept: RawTable,
  change: { changed: ReadonlyMap<Ordinal, number>; watermarkMs: number; nowMs: number },
): Promise<RawManifest> {
  const { changed, watermarkMs, nowMs } = change;
  let opened = before;
  for (const day of new Set([...changed.keys()].map(dayOfHour))) {
    const sealed = await kept.sealedDay(day);
    if (sealed) opened = withoutSealed(opened, day, sealed, nowMs);
  }
  const hours = new Map<Ordinal, RawHour>(opened.hours);
  for (const [hour, changedMs] of changed) {
    // What was found of its numbers is looked at again.
    const { loss: _loss, ...known } = hours.get(hour) ?? emptyHour(nowMs);
    hours.set(hour, { ...known, inParts: true, changedMs });
  }
  // Periods become complete by the watermark: they are counted once more.
  const uncounted = [...new Set([...before.uncounted, ...changed.keys()])].sort((a, b) => a - b);
  return { ...opened, hours, watermarkMs, uncounted };
}
