import { dirname, join } from 'node:path';
import { EngineError } from '../core/engine-error.ts';
import type { Ordinal } from '../core/time/time.ts';
import type { Stream } from '../streams/stream.ts';
import { dayOfHour, dayText, hourFolder } from './hours.ts';
import { keptSinceOfDay, GRACE_MS, isSealable, type Job, nextJob } from './jobs.ts';
import { lossOf, sequenceOf } from './loss.ts';
import { type RawFile, sealedDayToText } from './manifest.ts';
import { supersede, withHour, withoutSealed } from './manifest-changes.ts';
import { closedPath, openPath, type RawTable } from './raw-table.ts';
import type { RowWriter } from './row-writer.ts';
import type { FolderReader, TablePart } from './folder-reader.ts';
import { LoaderLeaseError } from './raw-lease.ts';
import { hideHours, keptForReader, showHours, type ShowingParts } from './show-hours.ts';

/** Something that was kept for as long as its stream says, and is gone now. */
export interface Forgotten {
  readonly stream: string;
  readonly hour: Ordinal;
  /** All rows of the hour, or what of them is personal. */
  readonly what: 'rows' | 'personal';
  readonly rows: number;
}

export interface UpkeepParts {
  readonly table: RawTable;
  readonly stream: Stream;
  readonly rows: RowWriter;
  readonly now: () => number;
  /** The files of an hour with all its parts, absolute: of this table, and of the one of what was refused. */
  readonly filesOf: (of: 'own' | 'rejects', hour: Ordinal) => Promise<readonly string[]>;
  /** Who reads the table by its folders; undefined where nobody does. */
  readonly folders?:
    { readonly reader: FolderReader; readonly prefix: string; readonly part: TablePart } | undefined;
  /** The files that readers need, by their paths in the table's folder. */
  readonly pinned: () => Promise<ReadonlySet<string>>;
  /** Is told what was removed because of its age. */
  readonly onForgotten?: ((forgotten: Forgotten) => void) | undefined;
}

/**
 * Does what is to be done to a table, one thing after the other.
 * @param isLast as `nextJob` has it
 * @throws LoaderLeaseError, EngineError; where a reader of folders can't be told, after everything else was done
 */
export async function upkeep(parts: UpkeepParts, signal: AbortSignal, isLast: boolean): Promise<void> {
  const { table, stream, now, folders } = parts;
  let reader = folders && ('there' as 'there' | 'away');
  let failure: EngineError | undefined;
  while (!signal.aborted) {
    const job = nextJob(table.manifest, stream, now(), { isLast, reader });
    if (!job) break;
    try {
      await run(parts, job);
    } catch (error) {
      const isAway = (job.kind === 'show' || job.kind === 'hide') && error instanceof EngineError;
      if (!isAway || error instanceof LoaderLeaseError) throw error;
      [reader, failure] = ['away', error];
    }
  }
  if (failure) throw failure;
}

async function run(parts: UpkeepParts, job: Job): Promise<void> {
  switch (job.kind) {
    case 'merge':
      return merge(parts, job);
    case 'check':
      return check(parts, job.hour, job.isSure);
    case 'expire':
      return expire(parts, job.hour);
    case 'flag':
      return flag(parts, job.hours);
    case 'sweep':
      return sweep(parts);
    case 'show':
      return showHours(showingOf(parts), job.folders);
    case 'hide':
      return hideHours(showingOf(parts), job.hours);
    case 'seal':
      return seal(parts, job.day);
    case 'unseal':
      return unseal(parts, job.day);
  }
}

function showingOf({ table, now, folders }: UpkeepParts): ShowingParts {
  if (!folders) throw new Error('nobody reads the folders of this table');
  return { table, now, ...folders };
}

/** Makes one file of several. Rows that come meanwhile stay beside it. */
async function merge(
  { table, stream, rows, now, onForgotten }: UpkeepParts,
  { hour, files, compacts, withoutPersonal }: Job & { kind: 'merge' },
): Promise<void> {
  const { folder } = table;
  const staged = folder.stagedPath();
  const from = files.map(({ path }) => join(folder.path, path));
  const count = await rows.merge(stream, from, staged, { sorted: compacts, withoutPersonal });
  const tag = folder.tag();
  // A reader of folders never finds it beside those that it replaces.
  const path = compacts ? closedPath(hour, tag, stream.name) : openPath(hour, `${stream.name}.${tag}`);
  await folder.place(staged, path);
  const made: RawFile = {
    path,
    rows: count,
    ...(compacts && { compacted: true }),
    ...(withoutPersonal && { depersonalised: true }),
  };
  await table.commit((before) => {
    const known = before.hours.get(hour);
    if (!known) return before;
    const rest = known.files.filter((file) => !files.some((other) => other.path === file.path));
    return withHour(supersede(before, files, now()), hour, { ...known, files: [made, ...rest] });
  });
  if (withoutPersonal) onForgotten?.({ stream: stream.name, hour, what: 'personal', rows: count });
}

/** Looks for loss in a closed hour. */
async function check(
  { table, stream, rows, filesOf }: UpkeepParts,
  hour: Ordinal,
  isSure: boolean,
): Promise<void> {
  const sequence = sequenceOf(stream);
  if (!sequence) return;
  const all = async (of: 'own' | 'rejects', ...hours: readonly Ordinal[]): Promise<string[]> =>
    (await Promise.all(hours.map((one) => filesOf(of, one)))).flat();
  const gaps = await rows.gaps(sequence, {
    own: await all('own', hour),
    near: await all('own', hour - 1, hour + 1),
    rejects: await all('rejects', hour - 1, hour, hour + 1),
  });
  await table.commit((before) => {
    const known = before.hours.get(hour);
    return known ? withHour(before, hour, { ...known, loss: lossOf(gaps, isSure) }) : before;
  });
}

/** Takes away an hour's rows. What was counted stays. */
async function expire({ table, stream, now, onForgotten }: UpkeepParts, hour: Ordinal): Promise<void> {
  const files = (await table.hour(hour))?.files ?? [];
  await table.commit((before) => {
    const known = before.hours.get(hour);
    if (!known) return before;
    const { inParts: _inParts, ...rest } = known;
    return withHour(supersede(before, known.files, now()), hour, { ...rest, files: [] });
  });
  // Where the rows were in parts there is nothing else here. Elsewhere the files are still needed for a while.
  await removeEmpty(table, hourFolder(hour));
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  if (rows > 0) onForgotten?.({ stream: stream.name, hour, what: 'rows', rows });
}

async function flag({ table }: UpkeepParts, hours: readonly Ordinal[]): Promise<void> {
  for (const hour of hours) await table.folder.replace(`${hourFolder(hour)}/_IMPORTED`, '');
  await table.commit((before) => {
    const all = new Map(before.hours);
    for (const hour of hours) {
      const known = all.get(hour);
      if (known) all.set(hour, { ...known, imported: true });
    }
    return { ...before, hours: all };
  });
}

async function sweep({ table, now, pinned, folders }: UpkeepParts): Promise<void> {
  const shown = folders ? keptForReader(table.manifest) : [];
  const kept = new Set([...(await pinned()), ...shown]);
  const gone = table.manifest.superseded.filter(
    ({ path, since }) => now() - since > GRACE_MS && !kept.has(path),
  );
  const paths = new Set(gone.map(({ path }) => path));
  for (const path of paths) await table.folder.remove(path);
  for (const folder of new Set(gone.map(({ path }) => dirname(path)))) await removeEmpty(table, folder);
  const since = now();
  await table.commit((before) => ({
    ...before,
    superseded: before.superseded.flatMap((file) => {
      if (paths.has(file.path)) return [];
      // What readers still need is looked at again after another grace.
      return [kept.has(file.path) ? { ...file, since } : file];
    }),
  }));
}

/** Removes a folder and those above it, up to the table's own, as far as they are empty. */
async function removeEmpty({ folder }: RawTable, path: string): Promise<void> {
  const flagged = /(^|\/)hour=\d+$/;
  for (let at = path; at !== '.' && at !== '_days'; at = dirname(at)) {
    const names = await folder.list(at);
    if (names.length === 1 && names[0] === '_IMPORTED' && flagged.test(at))
      await folder.remove(`${at}/_IMPORTED`);
    else if (names.length > 0) return;
    await folder.removeFolder(at);
  }
}

/** Puts the hours of a day into a file of their own, so that the manifest stays small. */
async function seal({ table, folders }: UpkeepParts, day: Ordinal): Promise<void> {
  const path = `_days/${dayText(day)}.${table.folder.tag()}.json`;
  await table.commit(async (before) => {
    if (!isSealable(before, day, folders !== undefined)) return before;
    const hours = new Map([...before.hours].filter(([hour]) => dayOfHour(hour) === day));
    await table.folder.replace(path, sealedDayToText(hours));
    const rest = new Map([...before.hours].filter(([hour]) => !hours.has(hour)));
    return {
      ...before,
      hours: rest,
      days: new Map([
        ...before.days,
        [day, { path, ...keptSinceOfDay(hours), ...(folders && { shown: true as const }) }],
      ]),
    };
  });
}

/** Takes the hours of a day back into the manifest. */
async function unseal({ table, now }: UpkeepParts, day: Ordinal): Promise<void> {
  await table.commit(async (before) =>
    withoutSealed(before, day, (await table.sealedDay(day)) ?? new Map(), now()),
  );
}
