import { isAbsolute, join, relative, sep } from 'node:path';
import { type Mistake, MistakesError } from './mistake.ts';
import { endingOf, intervalOf, publicUrl, TYPES } from './remote/declared-url.ts';
import { FetchError } from './remote/fetch-error.ts';
import type { RemoteFiles } from './remote/remote-files.ts';
import { FILE_NAMES, fileKindOf, FORM_MEMBERS, type FormMember } from './sources/file-kinds.ts';
import type { RowSource } from './sources/row-source.ts';
import type { DatasetText } from './texts.ts';
import type { Written } from './validate.ts';

/** Opens a table of the warehouse, or returns a message about why it can't. @throws EngineError */
export type TableOpener = (table: string) => Promise<RowSource | string>;

/** What can be opened besides files of the folder. */
interface Elsewhere {
  readonly openTable: TableOpener;
  readonly remote: RemoteFiles;
}

/** A source, and what readers should know about its state. */
interface OpenedSource {
  readonly source: RowSource;
  readonly caveat?: string;
}

/**
 * Returns the source of a data set's rows.
 * @throws MistakesError; EngineError if a table can't be read now, NotFetchedYetError
 */
export async function sourceOf(
  written: Written<DatasetText>,
  { openTable, remote }: Elsewhere,
  signal: AbortSignal,
): Promise<OpenedSource> {
  const { table, url, every, type } = written.value;
  if (url === undefined)
    for (const [name, value] of Object.entries({ every, type }))
      if (value !== undefined)
        throw new MistakesError([written.mistake([name], `${name} is for the file of a url.`, 'key')]);
  if (table !== undefined) {
    refuseOthers(written, [], 'a table');
    const source = await openTable(table);
    if (typeof source !== 'string') return { source };
    throw new MistakesError([written.mistake(['table'], source)]);
  }
  const { path, caveat } =
    url === undefined ? { path: fileOf(written) } : await fetchedFile(written, url, remote, signal);
  const kind = fileKindOf(path);
  if (!kind)
    throw new MistakesError([
      written.mistake(['file'], `${written.value.file} should end in ${FILE_NAMES}.`),
    ]);
  refuseOthers(written, kind.members, kind.inWords);
  const source = kind.open(path, written.value);
  return caveat === undefined ? { source } : { source, caveat };
}

/** Returns the path of the last good file of a URL. @throws MistakesError, NotFetchedYetError */
async function fetchedFile(
  written: Written<DatasetText>,
  url: string,
  remote: RemoteFiles,
  signal: AbortSignal,
): Promise<{ path: string; caveat: string | undefined }> {
  const ending = endingOf(written.value);
  if (ending === undefined) {
    const message = `its path doesn't say what the file is: add type: csv, or one of ${TYPES.join(', ')}.`;
    throw new MistakesError([written.mistake(['url'], message)]);
  }
  try {
    const { path, fetchedAt, failure } = await remote.file(
      url,
      ending,
      intervalOf(written.value.every),
      signal,
    );
    const caveat =
      failure &&
      `The file of this data set can't be fetched since ${minuteOf(failure.since)}: ${failure.why}. Its numbers are those of ${minuteOf(fetchedAt)}.`;
    return { path, caveat };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    throw new MistakesError([
      written.mistake(['url'], `${publicUrl(url)} can't be fetched: ${error.message}.`),
    ]);
  }
}

function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** @throws MistakesError for members about how a file is written that this kind of source doesn't have */
function refuseOthers(written: Written<DatasetText>, members: readonly FormMember[], source: string): void {
  const others = FORM_MEMBERS.filter((name) => !members.includes(name) && written.value[name] !== undefined);
  const mistakes = others.map((name): Mistake => {
    const message = `${source} says by itself what ${name} would say: leave it out.`;
    return written.mistake([name], message, 'key');
  });
  if (mistakes.length > 0) throw new MistakesError(mistakes);
}

/** Returns the path of a data set's file. @throws MistakesError if it isn't inside the owner's folder */
export function fileOf(written: Written<DatasetText>): string {
  const { file = '' } = written.value;
  const path = join(written.folder, file);
  const inside = relative(written.folder, path);
  if (
    file.includes('\0') ||
    isAbsolute(file) ||
    inside === '' ||
    inside === '..' ||
    inside.startsWith(`..${sep}`)
  ) {
    const message = `${JSON.stringify(file)} should be the path of a file in the folder of this YAML file.`;
    throw new MistakesError([written.mistake(['file'], message)]);
  }
  return path;
}
