import { join, resolve } from 'node:path';
import { Engine } from '../lake/engine.ts';
import type { Lake } from '../lake/lake.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { Metastore } from './metastore.ts';

/**
 * Opens a lake's folder to read rows of earlier times with the embedded DuckDB. The manifests are those that were
 * last read from Hive, so that both see the same versions.
 * @throws EngineError
 */
export async function openPastLake(path: string, metastore: Metastore): Promise<Lake> {
  const folder = resolve(path);
  const temporary = join(folder, '_tmp');
  const committed = () => metastore.latest;
  return {
    folder,
    temporary,
    engine: await Engine.open(temporary),
    clock: { now: Date.now },
    manifests: {
      of: async (table) => Promise.resolve(committed()?.tables.get(table)),
      all: async () => Promise.resolve({ revision: '', tables: new Map(), ...committed() }),
      replace: async () =>
        Promise.reject(new EngineError('hive', 'a lake that is read for earlier times is not written')),
    },
  };
}
