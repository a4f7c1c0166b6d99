import type { Clock } from '../core/time.ts';
import type { Engine } from './engine.ts';
import type { Manifests } from './manifest.ts';

/** A folder of tables, and what reads and writes it. */
export interface Lake {
  readonly folder: string;
  /** Where unfinished work lies; on the same file system, so that a rename makes it live. */
  readonly temporary: string;
  readonly engine: Engine;
  readonly manifests: Manifests;
  readonly clock: Clock;
}
