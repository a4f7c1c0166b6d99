import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, whyUnreadable } from '../files/file-error.ts';
import type { Mistake } from './mistake.ts';
import { digestOf } from './sources/file-digest.ts';
import { type Kind, KINDS } from './schema.ts';
import type { DatasetText } from './texts.ts';
import { declaredIn, Unpublished } from './unpublished.ts';
import { type Thing, thingOf, type Written } from './validate.ts';
import { readYaml, type YamlDocument } from './yaml-file.ts';

/** Hidden files are skipped. */
const YAML = /^[^.].*\.ya?ml$/;

/** Lists the names of a folder's YAML files, sorted. @throws errors of reading the folder */
async function yamlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => YAML.test(name)).sort();
}

/** Lists files that were likely meant as YAML and are not: `cake.yml.txt`, `cake.YAML`. */
export async function nearlyYaml(folder: string): Promise<{ yaml: number; near: string[] }> {
  const names = await readdir(folder).catch(() => []);
  const yaml = names.filter((name) => YAML.test(name));
  return {
    yaml: yaml.length,
    near: names.filter((name) => /\.ya?ml\b/i.test(name) && !yaml.includes(name)).sort(),
  };
}

function whyNoFolder(error: unknown): string {
  return hasCode(error, 'ENOENT')
    ? 'there is no such folder'
    : hasCode(error, 'ENOTDIR')
      ? 'it is not a folder'
      : whyUnreadable(error);
}

/** The contents of the YAML files of some folders. */
export interface YamlFolders {
  readonly documents: readonly {
    readonly document: YamlDocument;
    readonly file: string;
    readonly folder: string;
  }[];
  readonly mistakes: Mistake[];
  /** The texts of the files that are not YAML, each with its first mistake. */
  readonly broken: readonly { readonly text: string; readonly mistake: Mistake }[];
  /** Sentences about folders that can't be read, and about unreadable files in the other folders. */
  readonly unreadable: { readonly folders: readonly string[]; readonly files: readonly string[] };
}

/** The data sets, graphs and dashboards of some folders. */
export interface Folders extends Omit<YamlFolders, 'documents' | 'broken'> {
  readonly things: readonly Thing[];
  /** Data sets of a wrong form that can still be checked for other mistakes. */
  readonly misformed: readonly Written<DatasetText>[];
  /** The things that can't be published because of their form. */
  readonly unpublished: Unpublished;
}

/** Reads every document of some folders. A wrong file or an unreadable folder is reported and doesn't affect the others. */
export async function readYamlFolders(folders: readonly string[]): Promise<YamlFolders> {
  const documents: { document: YamlDocument; file: string; folder: string }[] = [];
  const mistakes: Mistake[] = [];
  const broken: { text: string; mistake: Mistake }[] = [];
  const unreadable = { folders: [] as string[], files: [] as string[] };
  for (const folder of folders) {
    const names = await yamlFiles(folder).catch((error: unknown) => {
      unreadable.folders.push(`${folder} can't be read: ${whyNoFolder(error)}`);
      return [];
    });
    for (const file of names) {
      const text = await readFile(join(folder, file), 'utf8').catch((error: unknown) => {
        unreadable.files.push(`${file} can't be read: ${whyUnreadable(error)}`);
        return '';
      });
      const read = readYaml(text, file);
      mistakes.push(...read.mistakes);
      const [mistake] = read.mistakes;
      if (mistake) broken.push({ text, mistake });
      documents.push(...read.documents.map((document) => ({ document, file, folder })));
    }
  }
  return { documents, mistakes, broken, unreadable };
}

/** Reads everything that some folders hold, and checks its form. */
export async function readFolders(folders: readonly string[]): Promise<Folders> {
  const { documents, mistakes, broken, unreadable } = await readYamlFolders(folders);
  const things: Thing[] = [];
  const misformed: Written<DatasetText>[] = [];
  const unpublished = new Unpublished();
  for (const { document, file, folder } of documents) {
    const thing = thingOf(document, file, folder);
    if ('kind' in thing) things.push(thing);
    else {
      mistakes.push(...thing.mistakes);
      if (thing.rest) misformed.push(thing.rest);
      const [reason] = thing.mistakes;
      if (reason) for (const name of thing.names) unpublished.add(thing.meant, name, reason);
    }
  }
  for (const { text, mistake } of broken)
    for (const { kind, name } of declaredIn(text, Object.keys(KINDS) as Kind[]))
      unpublished.add(kind, name, mistake);
  return { things, misformed, mistakes, unpublished, unreadable };
}

/** Returns a digest that changes when a YAML file of the folders does, without reading the files. */
export async function digestOfFolders(folders: readonly string[]): Promise<string> {
  const parts: string[] = [];
  const files: string[] = [];
  for (const folder of folders) {
    const names = await yamlFiles(folder).catch((error: unknown) => {
      parts.push(`${folder} ${(error as NodeJS.ErrnoException).code}`);
      return [];
    });
    files.push(...names.map((name) => join(folder, name)));
  }
  const digests = await Promise.all(files.map(digestOf));
  return [...parts, ...files.map((file, i) => `${file} ${digests[i]}`)].join('\n');
}
