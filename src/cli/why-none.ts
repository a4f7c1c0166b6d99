import { existsSync } from 'node:fs';
import { buildRoad } from '../setup/build-road.ts';
import type { Config } from '../config/config.ts';
import { openSeriesStore, openWarehouse, storeFileOf } from '../config/engines.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Metric } from '../core/metric/metric.ts';
import { Problem, problemInWords } from '../core/problem.ts';
import { plan } from '../core/question/planner.ts';
import type { PathQuestion } from '../core/question/question.ts';
import type { TableState } from '../core/time/table-state.ts';

/** Says why a question has no rows; undefined if it has some, or if the reason isn't known. */
type WhyNone = (question: PathQuestion, metric: Metric) => Promise<string | undefined>;

/** The data that decides: the rows just read from files for data sets, the engines for other metrics. */
export interface WhyNoneOptions {
  readonly config: Config;
  readonly catalogue: Catalogue;
  /** Returns the state of a table whose rows were just read from a file; undefined for other tables. */
  readonly read: (table: string) => TableState | undefined;
  readonly signal: AbortSignal;
}

/** Runs `work` with a WhyNone. Opens only engines on this machine, as a check must not wait for a cluster. @throws EngineError */
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

/** Whether both engines exist on this machine. Opening them would create them. */
function isHere(config: Config): boolean {
  const series = storeFileOf(config.series);
  const lake = lakeFolderOf(config);
  return lake !== undefined && existsSync(lake) && series !== undefined && existsSync(series);
}

/** Returns the words of the not-found problem that `answer` throws. @throws any other error of `answer` */
async function wordsOf(answer: () => unknown): Promise<string | undefined> {
  try {
    await answer();
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.code === 'not-found' ? problemInWords(error) : undefined;
  }
}
