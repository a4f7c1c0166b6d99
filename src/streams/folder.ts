import { readYamlFolders } from '../datasets/folder.ts';
import type { Mistake } from '../datasets/mistake.ts';
import { BUILT_IN } from './built-in.ts';
import { readStream } from './read-stream.ts';
import { tableNameOf, type Stream } from './stream.ts';

/** The streams that were found, and the mistakes in the others. */
export interface Streams {
  readonly streams: ReadonlyMap<string, Stream>;
  readonly mistakes: readonly Mistake[];
  /** Sentences about folders that can't be read, and about unreadable files in the other folders. */
  readonly unreadable: { readonly folders: readonly string[]; readonly files: readonly string[] };
}

/** Returns the built-in streams and those of some folders of YAML. A stream with mistakes is left out; the others stay. */
export async function readStreams(folders: readonly string[]): Promise<Streams> {
  const { documents, mistakes: ofYaml, unreadable } = await readYamlFolders(folders);
  const streams = new Map(BUILT_IN.map((stream) => [stream.name, stream]));
  const mistakes = [...ofYaml];
  const owners = new Map(BUILT_IN.map(({ name }) => [tableNameOf(name), 'a stream that is built in']));
  for (const { document, file, folder } of documents) {
    const stream = readStream(document, file, folder);
    if (Array.isArray(stream)) {
      mistakes.push(...stream);
      continue;
    }
    const table = tableNameOf(stream.name);
    const owner = owners.get(table);
    if (owner !== undefined) {
      const message = `${stream.name} would have the same table as ${owner}: choose another name.`;
      mistakes.push({ file, ...document.at(['stream']), message });
      continue;
    }
    owners.set(table, `${stream.name} of ${file}`);
    streams.set(stream.name, stream);
  }
  return { streams, mistakes, unreadable };
}
