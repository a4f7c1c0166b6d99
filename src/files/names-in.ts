import { readdir } from 'node:fs/promises';
import { hasCode } from './file-error.ts';

/** The names of what is in a folder; none if it isn't there. @param recursive also what is in its folders, as paths */
export async function namesIn(folder: string, recursive = false): Promise<string[]> {
  try {
    return await readdir(folder, { recursive });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
