import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mistake } from './mistake.ts';
import { printOf } from './source-file.ts';
import type { DatasetText } from './texts.ts';
import { type Thing, thingOf, type Written } from './validate.ts';
import { readYaml } from './yaml-file.ts';

/** The names of a folder's YAML files, sorted. @throws what reading the folder fails with */
async function yamlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.')).sort();
}

/** What some folders hold. */
export interface Folders {
  readonly things: readonly Thing[];
  /** Data sets whose form is wrong, as far as more can be told of them. */
  readonly misformed: readonly Written<DatasetText>[];
  readonly mistakes: Mistake[];
  /** The folders that can't be read, and files in others, as sentences. */
  readonly unreadable: { readonly folders: readonly string[]; readonly files: readonly string[] };
}

/**
 * Everything that some folders hold, checked for its form. One wrong file is a mistake and nothing
 * more; so is a folder that can't be read.
 */
export async function readFolders(folders: readonly string[]): Promise<Folders> {
  const things: Thing[] = [];
  const misformed: Written<DatasetText>[] = [];
  const mistakes: Mistake[] = [];
  const unreadable = { folders: [] as string[], files: [] as string[] };
  for (const folder of folders) {
    const names = await yamlFiles(folder).catch((error: unknown) => {
      unreadable.folders.push(`${folder} can't be read: ${(error as Error).message}`);
      return [];
    });
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8').catch((error: unknown) => {
        unreadable.files.push(`${name} can't be read: ${(error as Error).message}`);
        return '';
      });
      const read = readYaml(text, name);
      mistakes.push(...read.mistakes);
      for (const document of read.documents) {
        const thing = thingOf(document, name, folder);
        if ('kind' in thing) things.push(thing);
        else {
          mistakes.push(...thing.mistakes);
          if (thing.rest) misformed.push(thing.rest);
        }
      }
    }
  }
  return { things, misformed, mistakes, unreadable };
}

/** What tells, without reading them, that some YAML file of the folders is another one. */
export async function printOfFolders(folders: readonly string[]): Promise<string> {
  const parts: string[] = [];
  const files: string[] = [];
  for (const folder of folders) {
    const names = await yamlFiles(folder).catch((error: unknown) => {
      parts.push(`${folder} ${(error as NodeJS.ErrnoException).code}`);
      return [];
    });
    files.push(...names.map((name) => join(folder, name)));
  }
  const prints = await Promise.all(files.map(printOf));
  return [...parts, ...files.map((file, i) => `${file} ${prints[i]}`)].join('\n');
}
