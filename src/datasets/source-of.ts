import { isAbsolute, join, relative, sep } from 'node:path';
import { type Mistake, MistakesError } from './mistake.ts';
import { FILE_NAMES, fileKindOf, FORM_MEMBERS, type FormMember } from './sources/file-kinds.ts';
import type { RowSource } from './sources/row-source.ts';
import type { DatasetText } from './texts.ts';
import type { Written } from './validate.ts';

/** Opens a table of the warehouse, or returns a message about why it can't. @throws EngineError */
export type TableOpener = (table: string) => Promise<RowSource | string>;

/** Returns the source of a data set's rows. @throws MistakesError; EngineError if a table can't be read now */
export async function sourceOf(written: Written<DatasetText>, openTable: TableOpener): Promise<RowSource> {
  const { table } = written.value;
  if (table !== undefined) {
    refuseOthers(written, [], 'a table');
    const source = await openTable(table);
    if (typeof source !== 'string') return source;
    throw new MistakesError([written.mistake(['table'], source)]);
  }
  const path = fileOf(written);
  const kind = fileKindOf(path);
  if (!kind)
    throw new MistakesError([
      written.mistake(['file'], `${written.value.file} should end in ${FILE_NAMES}.`),
    ]);
  refuseOthers(written, kind.members, kind.inWords);
  return kind.open(path, written.value);
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
