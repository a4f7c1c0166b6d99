import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, whyUnreadable } from '../files/file-error.ts';
import type { Mistake } from './mistake.ts';
import { digestOf } from './source-file.ts';
import { type Kind, KINDS } from './schema.ts';
import type { DatasetText } from './texts.ts';
import { declaredIn, Unpublished } from './unpublished.ts';
import { type Thing, thingOf, type Written } from './validate.ts';
import { readYaml, type YamlDocument } from './yaml-file.ts';

/** Files that are hidden aren't meant. */
const YAML = /^[^.].*\.ya?ml$/;

/** The names of a folder's YAML files, sorted. @throws what reading the folder fails with */
async function yamlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => YAML.test(name)).sort();
}

/** Names that people mean as YAML files, and that are none: `cake.yml.txt`, `cake.YAML`. */
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
      ? 'it is no folder'
      : whyUnreadable(error);
}

/** What the YAML files of some folders hold. */
export interface YamlFolders {
  readonly documents: readonly {
    readonly document: YamlDocument;
    readonly file: string;
    readonly folder: string;
  }[];
  readonly mistakes: Mistake[];
  /** The texts of the files that are no YAML, each with its first mistake. */
  readonly broken: readonly { readonly text: string; readonly mistake: Mistake }[];
  /** The folders that can't be read, and files in others, as sentences. */
  readonly unreadable: { readonly folders: readonly string[]; readonly files: readonly string[] };
}

/** What some folders hold of data sets. */
export interface Folders extends Omit<YamlFolders, 'documents' | 'broken'> {
  readonly things: readonly Thing[];
  /** Data sets whose form is wrong, as far as more can be told of them. */
  readonly misformed: readonly Written<DatasetText>[];
  /** What can't be published because of its form. */
  readonly unpublished: Unpublished;
}

/**
 * Every document of some folders. One wrong file is a mistake and nothing more; so is a folder that
 * can't be read.
 */
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

/** Everything that some folders hold, checked for its form. */
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

/** What tells, without reading them, that some YAML file of the folders is another one. */
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
