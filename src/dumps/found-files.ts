import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { startOf } from '../core/time/time.ts';
import { whyUnreadable } from '../files/file-error.ts';
import { UnreadableFileError } from '../load/bad-row.ts';
import { fileLabel, STDIN } from '../load/source.ts';
import type { DumpFormat, Named, Told } from './format.ts';
import { unitText } from './units.ts';

/** A file whose format and place are known. */
export interface FoundFile {
  readonly path: string;
  readonly format: DumpFormat;
  readonly named: Named;
}

/** What was found among files and folders. */
export interface Found {
  /** In the order of their units, then of their slots. */
  readonly files: readonly FoundFile[];
  /** Sentences about files that are passed over. */
  readonly notices: readonly string[];
}

/**
 * Finds the files of formats. Files of folders that have another name are passed over; one that was named itself
 * is refused.
 * @throws UnreadableFileError
 */
export async function foundFiles(
  paths: readonly string[],
  formats: readonly DumpFormat[],
  told: Told,
): Promise<Found> {
  const all: FoundFile[] = [];
  let others = 0;
  for (const path of paths) {
    const inFolder = path === STDIN ? undefined : await filesIn(path);
    for (const file of inFolder ?? [path]) {
      const known = recognised(file, formats, told);
      if (known) all.push(known);
      else if (inFolder) others++;
      else throw new UnreadableFileError(fileLabel(path), whyUnknown(path, formats));
    }
  }
  const key = ({ format, named: { unit, slot } }: FoundFile): string =>
    [String(startOf(unit.grain, unit.ordinal)).padStart(16, '0'), format.folder, unitText(unit), slot].join(
      ' ',
    );
  all.sort((a, b) => compare(key(a), key(b)) || compare(basename(a.path), basename(b.path)));
  const notices = others > 0 ? [`${others} other files of these folders are passed over.`] : [];
  const files = all.filter((one, index) => {
    const before = all[index - 1];
    if (!before || key(before) !== key(one)) return true;
    notices.push(
      `${basename(one.path)} is passed over: it is of the same period as ${basename(before.path)}.`,
    );
    return false;
  });
  return { files, notices };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function recognised(path: string, formats: readonly DumpFormat[], told: Told): FoundFile | undefined {
  for (const format of formats) {
    const named = format.nameOf(path === STDIN ? '' : basename(path), told);
    if (named) return { path, format, named };
  }
  return undefined;
}

function whyUnknown(path: string, formats: readonly DumpFormat[]): string {
  const examples = formats.map(({ example }) => example).join(', ');
  const what = path === STDIN ? 'standard input has no name' : 'its name is of no dump that is looked for';
  return `${what}: names are such as ${examples}; --period, --project and --agent say what a name doesn't (docs/dumps.md)`;
}

/** Returns the files of a folder and of those in it; undefined for a file. @throws UnreadableFileError */
async function filesIn(path: string): Promise<string[] | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return undefined;
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (cause) {
    throw new UnreadableFileError(path, `can't be read: ${whyUnreadable(cause)}`, { cause });
  }
}
