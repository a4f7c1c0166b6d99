import { isAbsolute, join, relative, sep } from 'node:path';
import { OF_TEXTS, textFormOf } from './forms/declared.ts';
import type { TextForm } from './forms/text-form.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import { DelimitedFile } from './sources/delimited-file.ts';
import { ParquetFile } from './sources/parquet-file.ts';
import type { RowSource } from './sources/row-source.ts';
import type { DatasetText } from './texts.ts';
import type { Written } from './validate.ts';

/** Opens a table of the warehouse, or returns a message about why it can't. @throws EngineError */
export type TableOpener = (table: string) => Promise<RowSource | string>;

/** Files by the ends of their names. */
const TEXT = /\.(?:csv|tsv|txt)(?:\.gz|\.bz2|\.zst)?$/i;
const PARQUET = /\.parquet$/i;
/** The names that files may have, in words. */
const NAMES = '.csv, .tsv (packed: .csv.gz, .csv.bz2) or .parquet';

/** Returns the source of a data set's rows. @throws MistakesError; EngineError if a table can't be read now */
export async function sourceOf(written: Written<DatasetText>, openTable: TableOpener): Promise<RowSource> {
  const { table } = written.value;
  if (table !== undefined) {
    refuseTextMembers(written, 'a table');
    const source = await openTable(table);
    if (typeof source !== 'string') return source;
    throw new MistakesError([written.mistake(['table'], source)]);
  }
  const path = fileOf(written);
  if (!isText(path)) refuseTextMembers(written, 'a Parquet file');
  return fileSource(path, textFormOf(written.value));
}

/** Whether a file is a text of separated fields, by its name. */
export function isText(path: string): boolean {
  return TEXT.test(path);
}

/** Returns the source that reads a file, by its name. @param form how its text is written, if it is one */
export function fileSource(path: string, form: TextForm): RowSource {
  return PARQUET.test(path) ? new ParquetFile(path) : new DelimitedFile(path, form);
}

/** @throws MistakesError for members about texts if the source has none */
function refuseTextMembers(written: Written<DatasetText>, source: string): void {
  const mistakes = OF_TEXTS.filter((name) => written.value[name] !== undefined).map((name): Mistake => {
    const message = `${name} is for files of text: ${source} says by itself how it is written. Leave it out.`;
    return written.mistake([name], message, 'key');
  });
  if (mistakes.length > 0) throw new MistakesError(mistakes);
}

/** Returns the path of a data set's file. @throws MistakesError if it isn't inside the owner's folder */
export function fileOf(written: Written<DatasetText>): string {
  const { file = '' } = written.value;
  const path = join(written.folder, file);
  const inside = relative(written.folder, path);
  const refuse = (message: string): never => {
    throw new MistakesError([written.mistake(['file'], message)]);
  };
  if (
    file.includes('\0') ||
    isAbsolute(file) ||
    inside === '' ||
    inside === '..' ||
    inside.startsWith(`..${sep}`)
  )
    refuse(`${JSON.stringify(file)} should be the path of a file in the folder of this YAML file.`);
  if (![TEXT, PARQUET].some((ends) => ends.test(file))) refuse(`${file} should end in ${NAMES}.`);
  return path;
}
