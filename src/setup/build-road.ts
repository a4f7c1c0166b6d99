import type { Config } from '../config/config.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Clock } from '../core/time/time.ts';
import { AnswerCache } from '../read/answer-cache.ts';
import { CellReader } from '../read/cells.ts';
import { Guard } from '../read/guard.ts';
import { Hints } from '../read/hints.ts';
import { Reader } from '../read/reader.ts';
import { Road } from '../read/road.ts';
import type { LiveNumbers } from '../read/live.ts';
import { type OnEngineChange, Watch } from '../read/watch.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** The parts that a road is built from. */
export interface RoadParts {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  /** Whether another process watches the engines, and tells this one when to look at them. */
  readonly isTold?: boolean | undefined;
  /** Called when an engine stops answering, and when it answers again. */
  readonly onEngineChange?: OnEngineChange;
  /** The numbers of open periods, where events are counted while they come in. */
  readonly live?: LiveNumbers | undefined;
}

const MIB = 1024 * 1024;

/** Builds the road from questions to answers. Nothing is read yet. */
export function buildRoad({
  config,
  catalogue,
  store,
  warehouse,
  clock,
  isTold = false,
  onEngineChange,
  live,
}: RoadParts): {
  road: Road;
  watch: Watch;
  cells: CellReader;
  answers: AnswerCache;
} {
  // Each kind of call has a guard of its own, so that failures of one don't stop the others.
  const ofStore = () => new Guard('series store', config.readDeadlineMs, { countsDeadlines: true });
  const ofWarehouse = (countsDeadlines: boolean) =>
    new Guard('warehouse', config.queryDeadlineMs, { countsDeadlines });
  const watch = new Watch(
    { store, guard: ofStore() },
    { warehouse, guard: ofWarehouse(true) },
    { refreshMs: config.refreshMs, isTold, ...(onEngineChange && { onChange: onEngineChange }) },
  );
  const cells = new CellReader(store, ofStore(), config.cellCacheMb * MIB);
  const answers = new AnswerCache((config.answerCacheMb * MIB) / 2);
  const hints = new Hints(store);
  const reader = new Reader({
    cells,
    warehouse,
    seriesGuard: ofWarehouse(true),
    rowsGuard: ofWarehouse(false),
    hints,
    live,
    liveGuard: new Guard('counting of open periods', config.queryDeadlineMs, { countsDeadlines: true }),
  });
  const road = new Road({ catalogue, watch, reader, answers, budget: config.points, clock, live });
  return { road, watch, cells, answers };
}
