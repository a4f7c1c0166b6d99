import { mkdirSync, rmdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { hasCode } from './file-error.ts';
import { PlaceError } from './place-error.ts';

/**
 * Makes a folder, and those above it, where there is none. `mkdir` with `recursive` does so, too, but
 * never comes back where an ancestor is a file, a device or a part of /proc.
 * @returns its absolute path
 * @throws PlaceError when there can't be such a folder
 */
export function makeFolder(path: string): string {
  const { folder, ancestor, missing } = wayTo(path);
  let made = ancestor;
  for (const name of missing) makeOne((made = join(made, name)), folder);
  return folder;
}

/**
 * Whether there can be such a folder is tried, and nothing is left behind.
 * @param makes whether a folder is made for that, which is more than a look at what is there
 * @throws PlaceError as `makeFolder` does
 */
export function tryFolder(path: string, makes = true): void {
  const { folder, ancestor, missing } = wayTo(path);
  const [name] = missing;
  if (name === undefined || !makes) return;
  const made = join(ancestor, name);
  makeOne(made, folder);
  try {
    rmdirSync(made);
  } catch {
    // Another process may have put something there meanwhile.
  }
}

/** The nearest folder above that is there, and the names of those that aren't. @throws PlaceError */
function wayTo(path: string): { folder: string; ancestor: string; missing: string[] } {
  const folder = resolve(path);
  let ancestor = folder;
  let found = statOf(ancestor, folder);
  while (!found && ancestor !== dirname(ancestor)) found = statOf((ancestor = dirname(ancestor)), folder);
  if (found && !found.isDirectory()) throw new PlaceError(folder, `${ancestor} is no folder`);
  return { folder, ancestor, missing: relative(ancestor, folder).split(sep).filter(Boolean) };
}

/** @throws PlaceError */
function makeOne(made: string, folder: string): void {
  try {
    mkdirSync(made);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statOf(made, folder)?.isDirectory()) return;
    // ENOENT is what /proc says; it tells nothing more.
    const cause = hasCode(error, 'ENOENT') ? {} : { cause: error };
    throw new PlaceError(folder, `${dirname(made)} takes no new folder`, cause);
  }
}

/** Undefined where there is nothing, or what is above is no folder. @throws PlaceError */
function statOf(path: string, folder: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw new PlaceError(folder, `${path} can't be looked at`, { cause: error });
  }
}
