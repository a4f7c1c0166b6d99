import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaFor } from '../../src/api/graphql/schema.ts';
import { build } from '../../src/datasets/build.ts';
import { Addresses } from '../../src/datasets/remote/addresses.ts';
import { RemoteFiles } from '../../src/datasets/remote/remote-files.ts';
import type { Built } from '../../src/datasets/built.ts';
import type { EventStreams } from '../../src/datasets/event-stream.ts';
import { RowsCheck } from '../../src/datasets/load-rows.ts';
import { mistakeLine } from '../../src/datasets/mistake.ts';
import { METRICS } from '../../src/metrics/index.ts';

/** A folder of data sets with these files. */
export async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-datasets-'));
  await write(folder, files);
  return folder;
}

export async function write(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** The files of URLs: of public addresses only. */
export function remoteIn(folder: string): RemoteFiles {
  return new RemoteFiles({
    folder: join(folder, 'fetched'),
    addresses: new Addresses([]),
    maxBytes: 2 ** 20,
    clock: Date,
    patienceMs: 10_000,
  });
}

/** What a folder with these files becomes; nothing is imported. */
export async function built(
  files: Readonly<Record<string, string | Buffer>>,
  streams: EventStreams = new Map(),
): Promise<Built> {
  const folder = await folderWith(files);
  try {
    const check = new RowsCheck();
    return await build({
      folders: [folder],
      builtIn: METRICS,
      openTable: () => Promise.resolve('there are no tables here.'),
      remote: remoteIn(folder),
      streams: () => Promise.resolve(streams),
      load: check.load,
      refresh: () => Promise.resolve(),
      stateOf: check.stateOf,
      check: schemaFor,
      points: 50_000,
      signal: new AbortController().signal,
    });
  } finally {
    await remove(folder);
  }
}

/** The mistakes of a folder with these files, a line each. */
export async function mistakesOf(
  files: Readonly<Record<string, string | Buffer>>,
  streams?: EventStreams,
): Promise<string[]> {
  return (await built(files, streams)).mistakes.map(mistakeLine);
}

/** A data set of the cakes that two kitchens baked, with a row that isn't there. */
export const CAKES = {
  'cake.csv': 'month,kitchen,cakes\n2024-01,North,12\n2024-01,South,7\n2024-02,North,15\n2024-03,South,9\n',
  'cake.yaml': [
    'dataset: cake',
    'title: Cakes baked',
    'licence: CC0-1.0',
    'file: cake.csv',
    'grain: monthly',
    'date: month',
    'dimensions: [kitchen]',
    'measures:',
    '  cakes:',
    '',
  ].join('\n'),
};
