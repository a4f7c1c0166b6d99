import { mkdirSync, type Stats, statSync } from 'node:fs';
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
  const folder = resolve(path);
  let ancestor = folder;
  let found = statOf(ancestor, folder);
  while (!found && ancestor !== dirname(ancestor)) found = statOf((ancestor = dirname(ancestor)), folder);
  if (found && !found.isDirectory()) throw new PlaceError(folder, `${ancestor} is no folder`);
  let made = ancestor;
  for (const name of relative(ancestor, folder).split(sep).filter(Boolean)) {
    made = join(made, name);
    try {
      mkdirSync(made);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (statOf(made, folder)?.isDirectory()) continue;
      // ENOENT is what /proc says; it tells nothing more.
      const cause = hasCode(error, 'ENOENT') ? {} : { cause: error };
      throw new PlaceError(folder, `${dirname(made)} takes no new folder`, cause);
    }
  }
  return folder;
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
