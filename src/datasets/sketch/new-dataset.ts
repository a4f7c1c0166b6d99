import { access, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from '../../files/file-error.ts';
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
  /** The path of the file with the rows. */
  readonly file: string;
  /** The data set's name. The default is made of the file's. */
  readonly name: string | undefined;
  readonly licence: string | undefined;
  /** The names that other metrics have. */
  readonly taken: ReadonlySet<string>;
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
  const { file, licence, signal } = options;
  const folder = dirname(file);
  const called = basename(file).replace(/(?:\.(?:csv|tsv|txt|ndjson|jsonl|parquet|xlsx|gz|bz2|zst))+$/i, '');
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
  const kind = fileKindOf(file);
  if (!kind) throw new NewDatasetError(`${file} should end in ${FILE_NAMES}`);
  const form = (await kind.recognise?.(file, signal)) ?? {};
  const source = kind.open(file, form);
  const table = await TableSketch.of(source, signal);
  const dataset = {
    name,
    title: called.replaceAll(/[_-]+/g, ' ').trim() || name,
    licence,
    source: ['file', basename(file)] as const,
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
