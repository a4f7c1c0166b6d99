import { afterwards } from '../core/at-once.ts';
import type { Answer, Open } from '../core/question/answer.ts';
import type { NamesFound } from '../core/problem.ts';
import { type Catalogue, metricIn } from '../core/metric/catalogue.ts';
import {
  answerVersion,
  type PathPlan,
  type Plan,
  type PlanBase,
  type PlanContext,
  type RowsPlan,
} from '../core/question/plan.ts';
import { type Moment, pastStateOf, stateOfVersion } from '../core/question/as-of.ts';
import { plan, planAt } from '../core/question/planner.ts';
import { checkPoints } from '../core/question/points.ts';
import { Problem } from '../core/problem.ts';
import { readQuery } from '../core/question/query-text.ts';
import type { PathQuestion, Question, RowsQuestion } from '../core/question/question.ts';
import { dimensionsOf } from '../core/question/unknown-member.ts';
import { EMPTY_STATE, wholeVersion } from '../core/time/table-state.ts';
import type { Clock } from '../core/time/time.ts';
import type { AnswerCache, Rendered, RenderedBody } from './answer-cache.ts';
import { type LiveNumbers, openOf } from './live.ts';
import { PlanCache } from './plan-cache.ts';
import { sizeOfPlan } from './plan-size.ts';
import type { AnswerOf, Reader } from './reader.ts';
import type { Watch } from './watch.ts';

export interface RoadDeps {
  readonly catalogue: Catalogue;
  readonly watch: Watch;
  readonly reader: Reader;
  readonly answers: AnswerCache;
  /** The maximum number of points that a request for several series may cost. */
  readonly budget: number;
  readonly clock: Clock;
  /** Undefined where nothing is counted while it comes in. */
  readonly live?: LiveNumbers | undefined;
}

/** The memory of the cache of /query plans, in bytes. */
const RECENT_BYTES = 16 * 1024 * 1024;

/** Takes a question to its answer, for every transport: question → plan → points → cache → engine. */
export class Road {
  readonly #deps: RoadDeps;
  /** Recent plans of /query, by the question's JSON. */
  readonly #recent = new PlanCache<RowsPlan>(RECENT_BYTES, sizeOfPlan);
  #catalogue: Catalogue;

  constructor(deps: RoadDeps) {
    this.#deps = deps;
    this.#catalogue = deps.catalogue;
  }

  get catalogue(): Catalogue {
    return this.#catalogue;
  }

  get watch(): Watch {
    return this.#deps.watch;
  }

  get budget(): number {
    return this.#deps.budget;
  }

  /** Replaces the catalogue. Requests under way keep the one that they began with. */
  replaceCatalogue(catalogue: Catalogue): void {
    this.#catalogue = catalogue;
    this.#deps.watch.advance();
  }

  /** Reads a /query question from parsed JSON. @throws Problem */
  question(json: unknown): RowsQuestion {
    return readQuery(json, (metric) => dimensionsOf(this.#catalogue, metric));
  }

  /** Plans a question. @throws Problem for every mistake in it; EngineError if the engine never answered */
  plan(question: RowsQuestion): RowsPlan;
  plan(question: PathQuestion): PathPlan;
  plan(question: Question): Plan;
  plan(question: Question): Plan {
    const { watch, clock, live } = this.#deps;
    const { epoch } = watch;
    const text = question.rows && JSON.stringify(question);
    const known = text === undefined ? undefined : this.#recent.get(text, epoch);
    if (known) return known;
    const made = plan(question, {
      catalogue: this.#catalogue,
      stateOf: (metric, route, asOf) =>
        asOf === undefined
          ? watch.stateOf(metric, route)
          : pastStateOf(
              metric,
              route,
              asOf,
              watch.stateOf(metric, 'warehouse'),
              watch.stateOf(metric, 'series'),
            ),
      historyOf: (metric) => watch.historyOf(metric),
      clock,
      ...(live && { counting: live.counting }),
    });
    if (made.kind === 'rows' && text !== undefined && !made.relative) this.#recent.set(text, epoch, made);
    return made;
  }

  /** The version that there is all of, of the table that answers a question about a metric by its path. @throws Problem, EngineError */
  versionOf({ metric }: Question): number {
    return wholeVersion(this.#deps.watch.stateOf(metricIn(this.#catalogue, metric, 'metric')));
  }

  /** What an answer to a plan would say about its open periods now. */
  openOf(plan: Plan): Open | undefined {
    return openOf(plan, this.#deps.live?.counting).open;
  }

  /**
   * Whether a plan's table is still in the version of the plan. If it isn't, rows that were read by the plan may be those
   * of a later version. If the engine doesn't answer, nobody knows, and it counts as unchanged.
   */
  async isCurrent({ metric, route, state }: PlanBase): Promise<boolean> {
    const { watch } = this.#deps;
    await watch.look(route);
    return watch.stateOf(metric, route).version === state.version;
  }

  /**
   * Plans a question as it was answered at an earlier moment.
   * @returns undefined if that version of the table isn't kept any more
   * @throws as `plan`
   */
  planAt(question: Question, { version, at }: Moment): Plan | undefined {
    const { watch, clock } = this.#deps;
    let isKept = true;
    const context: PlanContext = {
      catalogue: this.#catalogue,
      stateOf: (metric, route) => {
        const past = stateOfVersion(metric, route, version, watch.stateOf(metric, 'warehouse'));
        isKept &&= past !== undefined;
        return past ?? EMPTY_STATE;
      },
      historyOf: (metric) => watch.historyOf(metric),
      clock,
    };
    try {
      const made = planAt(question, context, at ?? clock.now());
      return isKept ? made : undefined;
    } catch (error) {
      if (!isKept) return undefined;
      throw error;
    }
  }

  /** Checks what a request costs. @throws Problem if its plans cost more than the budget */
  charge(plans: readonly Pick<PlanBase, 'cost' | 'several'>[]): void {
    checkPoints(plans, this.#deps.budget);
  }

  /** Reads the answer to a plan, at once if it is there. @throws as `Reader.read` */
  read<P extends Plan>(plan: P, signal: AbortSignal): AnswerOf<P> | Promise<AnswerOf<P>> {
    return this.#deps.reader.read(plan, signal);
  }

  /** Like `read`, but returns the problem if there are no rows. @throws EngineError, and other Problems */
  async readOrProblem(plan: PathPlan, signal: AbortSignal): Promise<Answer | Problem> {
    try {
      return await this.read(plan, signal);
    } catch (error) {
      if (error instanceof Problem && error.code === 'not-found') return error;
      throw error;
    }
  }

  /** The SQL that answers a question over the tables, for people; undefined if one statement can't. @throws EngineError */
  async sqlOf(plan: RowsPlan, signal: AbortSignal): Promise<string | undefined> {
    return this.#deps.reader.sqlOf(plan, signal);
  }

  /** Suggestions for the values without rows in an answer that has others. Never rejects. */
  async namesBeside(plan: PathPlan, answer: Answer, signal: AbortSignal): Promise<NamesFound[]> {
    return this.#deps.reader.namesBeside(plan, answer, signal);
  }

  /**
   * The rendered answer, at once if nothing has to be waited for. It comes from the cache if the same question was answered in the same form
   * from the same version of its data. If the engine fails, or its state can't be confirmed, the last
   * answer is given and marked stale.
   * @param form the form's part of the cache key
   * @throws Problem if there are no rows; EngineError if there is no earlier answer either
   */
  rendered<P extends Plan>(
    plan: P,
    form: string,
    render: (answer: AnswerOf<P>) => RenderedBody | Promise<RenderedBody>,
    signal: AbortSignal,
  ): Rendered | Promise<Rendered> {
    const all: readonly PlanBase[] = [plan, ...divisorsOf(plan)];
    const confirmed = all.every(({ metric, route }) => this.#deps.watch.confirmed(metric, route));
    return this.#deps.answers.get(keyOf(plan, form), this.#versioned(plan), confirmed, () =>
      afterwards(this.read(plan, signal), render),
    );
  }

  /**
   * Several answers as one body, cached and marked stale as `rendered` does. Answers without rows are left out.
   * @throws Problem if none has rows; EngineError
   */
  async renderedTogether(
    plans: readonly PathPlan[],
    form: string,
    render: (answers: readonly (Answer | undefined)[]) => RenderedBody | Promise<RenderedBody>,
    signal: AbortSignal,
  ): Promise<Rendered> {
    const confirmed = plans.every((plan) => this.#deps.watch.confirmed(plan.metric, plan.route));
    const together = {
      key: plans.map((plan) => plan.key).join('\x01'),
      // Versions only grow, so their sum changes whenever one of them does.
      version: plans.reduce((sum, plan) => sum + this.#versioned(plan).version, 0),
      closed: plans.every((plan) => plan.closed),
    };
    return this.#deps.answers.get(keyOf(together, form), together, confirmed, async () => {
      const found = await Promise.all(plans.map((plan) => this.readOrProblem(plan, signal)));
      const [first] = found;
      if (first instanceof Problem && found.every((one) => one instanceof Problem)) throw first;
      return render(found.map((one) => (one instanceof Problem ? undefined : one)));
    });
  }

  /** A plan as the cache of answers knows it. */
  #versioned(plan: Plan): Pick<PlanBase, 'version' | 'closed'> {
    const { version, state, closed, open } = plan;
    // While partitions are published one by one, a later one may get the version that another has already.
    const isPartial = version > wholeVersion(state);
    if (!isPartial && !open) return plan;
    const all = answerVersion(plan);
    return { version: isPartial ? all - 1 / (2 + this.#deps.watch.epoch) : all, closed };
  }
}

/** The plans of other metrics that are read for a plan. */
function divisorsOf(plan: Plan): readonly RowsPlan[] {
  return plan.kind === 'rows' ? (plan.analysis?.divisors ?? []) : [];
}

/** The cache key of a rendered answer. */
function keyOf(plan: Pick<PlanBase, 'key'>, form: string): string {
  return `${form}\0${plan.key}`;
}
