import { join } from 'node:path';
import { Engine } from './engine.ts';
import { type Lake, makeLakeFolder } from './lake.ts';
import { Manifests } from './manifests.ts';

/**
 * Opens a lake for a program that looks at its files and reads them by statements of its own. Nothing is written but
 * what DuckDB spills, and pins.
 * @throws PlaceError; EngineError
 */
export async function openLake(folder: string): Promise<Lake> {
  const root = makeLakeFolder(folder);
  const temporary = join(root, '_tmp');
  const engine = await Engine.open(temporary);
  return { folder: root, temporary, engine, manifests: new Manifests(root), clock: { now: Date.now } };
}
