import { EngineError } from '../../core/engine-error.ts';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import type { Metric } from '../../core/metric/metric.ts';
import type { TableState } from '../../core/time/table-state.ts';
import type { Plan } from '../../core/question/plan.ts';
import type { Question } from '../../core/question/question.ts';
import { NOW } from '../../core/question/periods.ts';
import type { Road } from '../../read/road.ts';

/** An answer with a range that moves with the time may be as old as this, in ms. */
const MOVES_AFTER_MS = 30_000;

const BOTH = ['series', 'warehouse'] as const;

/** What the answer to an operation was made of. If nothing of it has changed, the answer would be the same. */
export class Basis {
  readonly #road: Road;
  readonly #catalogue: Catalogue;
  readonly #madeAt = performance.now();
  /** The versions of the tables that were read. */
  readonly #versions = new Map<string, { readonly made: string; readonly version: () => string }>();
  #isOpen = false;
  #moves = false;
  #hasFailed = false;

  constructor(road: Road) {
    this.#road = road;
    this.#catalogue = road.catalogue;
  }

  /** Whether the time alone can change it. */
  get moves(): boolean {
    return this.#moves;
  }

  /** Whether only a change of a table, or of the catalogue, can change it. */
  get isLasting(): boolean {
    return !this.#isOpen && !this.#moves && !this.#hasFailed;
  }

  /** Whether something is missing because an engine failed. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Takes a field into account. @param plan the plan of its question, or the error that prevented one */
  note({ metric, options, period, rows }: Question, plan: Plan | Error): void {
    // The first open period may come at any time.
    const asksLive = options.live === 'true' || ('end' in period && period.end === NOW);
    if (asksLive || (!(plan instanceof Error) && plan.open)) this.#isOpen = true;
    if (plan instanceof Error || plan.relative) this.#moves = true;
    // Rows come from either engine, a path's answer from the metric's own.
    const where = rows ? `${metric} in both` : metric;
    const engines = rows ? BOTH : [undefined];
    if (!this.#versions.has(where)) {
      const version = (): string => this.#versionsOf(metric, engines);
      this.#versions.set(where, { made: version(), version });
    }
    if (plan instanceof Error || plan.kind !== 'rows') return;
    for (const divisor of plan.analysis?.divisors ?? []) this.note(divisor.question, divisor);
  }

  /** Takes a part into account that may change at any time. */
  noteOpen(): void {
    this.#isOpen = true;
  }

  /** Something is missing because an engine failed. */
  noteFailure(): void {
    this.#hasFailed = true;
  }

  /** Whether the same operation has the same answer now. */
  get isSame(): boolean {
    if (this.#isOpen || this.#hasFailed || this.#road.catalogue !== this.#catalogue) return false;
    if (this.#moves && performance.now() - this.#madeAt > MOVES_AFTER_MS) return false;
    return [...this.#versions.values()].every(({ made, version }) => version() === made);
  }

  #versionsOf(name: string, engines: readonly (Metric['home'] | undefined)[]): string {
    const metric = this.#catalogue.byName.get(name);
    if (!metric) return '';
    const { watch } = this.#road;
    try {
      return engines.map((engine) => versionsIn(watch.stateOf(metric, engine))).join(' ');
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#isOpen = true;
      return '';
    }
  }
}

/** Names the versions of a table's partitions. One that is published late gets a version that the table had before. */
function versionsIn(state: TableState): string {
  let text = known.get(state);
  if (text === undefined) {
    // Versions only grow, so their sum changes whenever one of them does.
    let sum = 0;
    for (const { version } of state.partitions.values()) sum += version;
    known.set(state, (text = `${state.version}/${sum}`));
  }
  return text;
}
const known = new WeakMap<TableState, string>();
