import { access, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from '../../files/file-error.ts';
import { endingOf, intervalOf, publicUrl } from '../remote/declared-url.ts';
import { FetchError } from '../remote/fetch-error.ts';
import type { RemoteFiles } from '../remote/remote-files.ts';
import { FILE_NAMES, fileKindOf } from '../sources/file-kinds.ts';
import { nameOf } from '../validate.ts';
import { rolesOf } from './roles.ts';
import { TableSketch } from './table-sketch.ts';
import { yamlOf } from './yaml-text.ts';

/** The YAML file of a new data set can't be written. The message is a sentence for its owner. */
export class NewDatasetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NewDatasetError';
  }
}

export interface NewDatasetOptions {
  /** The path of the file with the rows, or its address. */
  readonly file: string;
  /** The data set's name. The default is made of the file's. */
  readonly name: string | undefined;
  readonly licence: string | undefined;
  /** The names that other metrics have. */
  readonly taken: ReadonlySet<string>;
  /** Where the YAML of an address is written. That of a file is written beside it. */
  readonly folder: string;
  /** Fetches the file of an address, with the bounds of data sets that have one. */
  readonly remote: RemoteFiles;
  readonly signal: AbortSignal;
}

/** What was written. */
export interface NewDatasetWritten {
  readonly name: string;
  readonly folder: string;
  /** The name of the YAML file in the folder. */
  readonly yaml: string;
}

/**
 * Writes the YAML file of a data set beside the file with its rows, with what is recognised of them.
 * @throws NewDatasetError; UnreadableFileError, BadRowError if the file can't be read
 */
export async function writeNewDataset(options: NewDatasetOptions): Promise<NewDatasetWritten> {
  const { licence, signal } = options;
  const url = /^https?:\/\//i.test(options.file) ? options.file : undefined;
  const folder = url === undefined ? dirname(options.file) : options.folder;
  const called = nameIn(options.file, url).replace(
    /(?:\.(?:csv|tsv|txt|ndjson|jsonl|parquet|xlsx|gz|bz2|zst))+$/i,
    '',
  );
  const name = nameFor(options.name ?? nameOf(called).replaceAll('_', '-'), options);
  const yaml = `${name}.yaml`;
  const path = join(folder, yaml);
  await access(path).then(
    () => {
      throw new NewDatasetError(
        `${path} is already there: remove it first, or give another name with --name`,
      );
    },
    () => undefined,
  );
  const file = url === undefined ? options.file : await fetched(url, options);
  const kind = fileKindOf(file);
  if (!kind) throw new NewDatasetError(`${file} should end in ${FILE_NAMES}`);
  const form = (await kind.recognise?.(file, signal)) ?? {};
  const source = kind.open(file, form);
  const table = await TableSketch.of(source, signal);
  const dataset = {
    name,
    title: called.replaceAll(/[_-]+/g, ' ').trim() || name,
    licence,
    source: url === undefined ? (['file', basename(file)] as const) : (['url', url] as const),
    unit: source.unit,
  };
  try {
    await writeFile(path, yamlOf(dataset, form, table, rolesOf(table)), { flag: 'wx' });
  } catch (error) {
    const why =
      hasCode(error, 'EACCES') || hasCode(error, 'EROFS')
        ? 'you may not write there'
        : (error as Error).message;
    throw new NewDatasetError(`${path} can't be written: ${why}`);
  }
  return { name, folder, yaml };
}

/** The name of a file, or of that of an address. */
function nameIn(file: string, url: string | undefined): string {
  if (url === undefined) return basename(file);
  if (!URL.canParse(url) || !/^https:/i.test(url))
    throw new NewDatasetError(`${url} should be an address that begins with https://`);
  return basename(decodeURIComponent(new URL(url).pathname));
}

/** Fetches the file of an address. @returns its path @throws NewDatasetError */
async function fetched(url: string, { remote, signal }: NewDatasetOptions): Promise<string> {
  const ending = endingOf({ url });
  if (ending === undefined)
    throw new NewDatasetError(
      `the path of ${publicUrl(url)} should end in ${FILE_NAMES}: if it doesn't, save the file, write its YAML with --new, and put url: and type: in place of file:`,
    );
  try {
    return (await remote.file(url, ending, intervalOf(undefined), signal)).path;
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    throw new NewDatasetError(`${publicUrl(url)} can't be fetched: ${error.message}`);
  }
}

/** @throws NewDatasetError for a name that can't be a data set's */
function nameFor(name: string, { taken, name: given }: NewDatasetOptions): string {
  const remedy = given === undefined ? 'give one with --name' : 'give another one';
  if (!/^[a-z][a-z0-9-]{0,59}$/.test(name))
    throw new NewDatasetError(
      `${JSON.stringify(name)} can't be a data set's name, which has small letters, digits and hyphens: ${remedy}`,
    );
  if (taken.has(name)) throw new NewDatasetError(`${name} is already the name of a metric: ${remedy}`);
  return name;
}
