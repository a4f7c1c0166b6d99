import { existsSync } from 'node:fs';
import { buildRoad } from '../setup/build-road.ts';
import type { Config } from '../config/config.ts';
import { openSeriesStore, openWarehouse } from '../config/engines.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Metric } from '../core/metric/metric.ts';
import { Problem, problemInWords } from '../core/problem.ts';
import { plan } from '../core/question/planner.ts';
import type { PathQuestion } from '../core/question/question.ts';
import type { TableState } from '../core/time/table-state.ts';

/** Why a question has no rows, in words; undefined where it has some, or that isn't known. */
type WhyNone = (question: PathQuestion, metric: Metric) => Promise<string | undefined>;

/** Says it of data sets by the rows of their files, and of metrics by what the engines hold. */
export interface WhyNoneOptions {
  readonly config: Config;
  readonly catalogue: Catalogue;
  /** Of tables whose rows were read from files just now; undefined of others. */
  readonly read: (table: string) => TableState | undefined;
  readonly signal: AbortSignal;
}

/** Lends engines that lie on this machine to some work. Of others nothing is said: a check waits for no cluster. @throws EngineError */
export async function withWhyNone<Result>(
  { config, catalogue, read, signal }: WhyNoneOptions,
  work: (whyNone: WhyNone) => Promise<Result>,
): Promise<Result> {
  const ofFiles: WhyNone = async (question, metric) => {
    const state = read(tableOf(metric).name);
    return state && wordsOf(() => plan(question, { catalogue, stateOf: () => state, clock: Date }));
  };
  if (!isHere(config)) return work(ofFiles);
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const store = await openSeriesStore(config.series, { readOnly: true });
    try {
      const { road, watch } = buildRoad({ config, catalogue, store, warehouse, clock: Date });
      await watch.refresh();
      return await work((question, metric) =>
        read(tableOf(metric).name)
          ? ofFiles(question, metric)
          : wordsOf(() => road.read(road.plan(question), signal)),
      );
    } finally {
      await store.close();
    }
  } finally {
    await warehouse.close();
  }
}

/** Whether there is something to read, which opening doesn't make. */
function isHere(config: Config): boolean {
  const series = /^lmdb:(.+)$/s.exec(config.series)?.[1];
  const lake = lakeFolderOf(config);
  return lake !== undefined && existsSync(lake) && series !== undefined && existsSync(series);
}

/** @throws what else than a problem `answer` throws */
async function wordsOf(answer: () => unknown): Promise<string | undefined> {
  try {
    await answer();
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.code === 'not-found' ? problemInWords(error) : undefined;
  }
}
