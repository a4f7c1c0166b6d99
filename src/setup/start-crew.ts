import type { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import type { Road } from '../read/road.ts';
import type { Crew } from '../workers/crew.ts';

/** What the primary has of a gateway. */
export interface Owned {
  readonly config: Config;
  readonly road: Road;
  readonly registry: Registry;
  /** The folders of data sets. */
  readonly folders: readonly string[];
  /** The names of the published data sets; undefined before the first are. */
  readonly datasets: () => readonly string[] | undefined;
  /** Whether open periods are counted. */
  readonly counts: boolean;
}

/**
 * Starts the workers, and tells them of every change of the data and of data sets from now on.
 * @returns the address on which they listen
 * @throws Error that says why one can't start
 */
export function startCrew(crew: Crew, owned: Owned): Promise<string> {
  const { config, road, registry, folders, datasets, counts } = owned;
  const { watch } = road;
  let { epoch } = watch;
  let { catalogue } = road;
  watch.changes.onChange(() => {
    // Live counts change without an epoch.
    if (watch.epoch === epoch) return;
    epoch = watch.epoch;
    crew.tell({ look: watch.revisions });
    const names = datasets();
    if (road.catalogue === catalogue || !names) return;
    catalogue = road.catalogue;
    crew.tell({ datasets: names });
  });
  return crew.start(registry, () => ({
    version: VERSION,
    config,
    revisions: watch.revisions,
    folders,
    datasets: datasets(),
    counts,
  }));
}
