import { mkdirSync, rmdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { hasCode } from './file-error.ts';
import { PlaceError } from './place-error.ts';

/**
 * Makes a folder and its ancestors if they are missing. Node's `mkdir` with `recursive` may never return
 * if an ancestor is a file, a device or a part of /proc.
 * @returns its absolute path
 * @throws PlaceError if there can't be such a folder
 */
export function makeFolder(path: string): string {
  const { folder, ancestor, missing } = wayTo(path);
  let made = ancestor;
  for (const name of missing) makeOne((made = join(made, name)), folder);
  return folder;
}

/**
 * Checks whether a folder exists or can be made. Nothing is left behind.
 * @param makes whether to try it by making a folder; otherwise only the existing ancestors are checked
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

/** The nearest existing ancestor of a folder, and the names of the missing ones. @throws PlaceError */
function wayTo(path: string): { folder: string; ancestor: string; missing: string[] } {
  const folder = resolve(path);
  let ancestor = folder;
  let found = statOf(ancestor, folder);
  while (!found && ancestor !== dirname(ancestor)) found = statOf((ancestor = dirname(ancestor)), folder);
  if (found && !found.isDirectory()) throw new PlaceError(folder, `${ancestor} is not a folder`);
  return { folder, ancestor, missing: relative(ancestor, folder).split(sep).filter(Boolean) };
}

/** @throws PlaceError */
function makeOne(made: string, folder: string): void {
  try {
    mkdirSync(made);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statOf(made, folder)?.isDirectory()) return;
    // /proc answers ENOENT, which would only mislead.
    const cause = hasCode(error, 'ENOENT') ? {} : { cause: error };
    throw new PlaceError(folder, `no folder can be made in ${dirname(made)}`, cause);
  }
}

/** The stats of a path; undefined if it doesn't exist. @throws PlaceError */
function statOf(path: string, folder: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw new PlaceError(folder, `${path} can't be read`, { cause: error });
  }
}
