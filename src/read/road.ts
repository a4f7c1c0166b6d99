import type { Answer } from '../core/answer.ts';
import type { Catalogue } from '../core/catalogue.ts';
import { planFor, type Plan } from '../core/plan.ts';
import type { NamesFound } from '../core/names-found.ts';
import { checkPoints } from '../core/points.ts';
import { Problem } from '../core/problem.ts';
import type { QueryAnswer } from '../core/query/query-answer.ts';
import { planQuery, type QueryPlan } from '../core/query/query-plan.ts';
import type { Question } from '../core/question.ts';
import type { Clock } from '../core/time.ts';
import type { AnswerCache, Rendered, RenderedBody } from './answer-cache.ts';
import { PlanCache } from './plan-cache.ts';
import { sizeOfQueryPlan } from './plan-size.ts';
import type { QueryReader } from './query-reader.ts';
import type { Reader } from './reader.ts';
import type { Watch } from './watch.ts';

export interface RoadDeps {
  readonly catalogue: Catalogue;
  readonly watch: Watch;
  readonly reader: Reader;
  readonly queries: QueryReader;
  readonly answers: AnswerCache;
  /** The points that a request for several series may cost. */
  readonly budget: number;
  readonly clock: Clock;
}

/** The memory for the plans of questions that were asked of late, in bytes. */
const RECENT_BYTES = 16 * 1024 * 1024;

/**
 * The road from a question to its answer, the same for every transport:
 * question → plan → points → cache → engine.
 */
export class Road {
  readonly #deps: RoadDeps;
  /** Questions of late, while no table changes: spares planning them again. */
  readonly #recent = new PlanCache<QueryPlan>(RECENT_BYTES, sizeOfQueryPlan);
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

  /** Swaps the catalogue whole; requests under way keep the one they began with. */
  replaceCatalogue(catalogue: Catalogue): void {
    this.#catalogue = catalogue;
    this.#deps.watch.epoch++;
  }

  /** @throws Problem for every mistake in the question; EngineError when states were never seen */
  plan(question: Question): Plan {
    const { watch, clock } = this.#deps;
    return planFor(question, {
      catalogue: this.#catalogue,
      stateOf: (metric) => watch.stateOf(metric),
      clock,
    });
  }

  /** @throws Problem when the plans of one request cost more than the budget */
  charge(plans: readonly Pick<Plan, 'cost' | 'several'>[]): void {
    checkPoints(plans, this.#deps.budget);
  }

  /** @throws Problem where there are no rows; EngineError */
  async read(plan: Plan, signal: AbortSignal): Promise<Answer> {
    return this.#deps.reader.read(plan, signal);
  }

  /** The same; undefined where there are no rows. @throws EngineError */
  async readIfThere(plan: Plan, signal: AbortSignal): Promise<Answer | undefined> {
    const found = await this.readOrProblem(plan, signal);
    return found instanceof Problem ? undefined : found;
  }

  /** The same; the problem where there are no rows. @throws EngineError, and Problem for what else is wrong */
  async readOrProblem(plan: Plan, signal: AbortSignal): Promise<Answer | Problem> {
    try {
      return await this.read(plan, signal);
    } catch (error) {
      if (error instanceof Problem && error.code === 'not-found') return error;
      throw error;
    }
  }

  /** What may have been meant by those of several values that have no rows in an answer. Never rejects. */
  async namesBeside(plan: Plan, answer: Answer, signal: AbortSignal): Promise<NamesFound[]> {
    return this.#deps.reader.namesBeside(plan, answer, signal);
  }

  /** The answer as bytes, where it is kept and still the answer. */
  kept(plan: Plan, form: string): Rendered | undefined {
    return this.#deps.watch.confirmed(plan.metric)
      ? this.#deps.answers.fresh(keyOf(plan, form), plan)
      : undefined;
  }

  /**
   * The answer as bytes, from the cache where the same question was answered in the same form from
   * the same version of its data. When the engine fails, or its state can't be confirmed, the last
   * answer is given and marked stale.
   * @throws Problem where there are no rows; EngineError where there is no earlier answer either
   */
  async rendered(
    plan: Plan,
    form: string,
    render: (answer: Answer) => RenderedBody | Promise<RenderedBody>,
    signal: AbortSignal,
  ): Promise<Rendered> {
    const confirmed = this.#deps.watch.confirmed(plan.metric);
    return this.#deps.answers.get(keyOf(plan, form), plan, confirmed, async () =>
      render(await this.read(plan, signal)),
    );
  }

  /**
   * Several answers as one body, kept and marked as those of `rendered` are. Where one of them has no
   * rows, the others are given.
   * @throws Problem where none has rows; EngineError
   */
  async renderedTogether(
    plans: readonly Plan[],
    form: string,
    render: (answers: readonly (Answer | undefined)[]) => RenderedBody,
    signal: AbortSignal,
  ): Promise<Rendered> {
    const confirmed = plans.every((plan) => this.#deps.watch.confirmed(plan.metric));
    const together = {
      key: plans.map((plan) => plan.key).join('\x01'),
      // Versions only grow, so that no other ones have the same sum.
      version: plans.reduce((sum, plan) => sum + plan.version, 0),
      closed: plans.every((plan) => plan.closed),
    };
    return this.#deps.answers.get(keyOf(together, form), together, confirmed, async () => {
      const found = await Promise.all(plans.map((plan) => this.readOrProblem(plan, signal)));
      const [first] = found;
      if (first instanceof Problem && found.every((one) => one instanceof Problem)) throw first;
      return render(found.map((one) => (one instanceof Problem ? undefined : one)));
    });
  }

  /**
   * The plan of a question in the one language.
   * @param json the question, whoever sent it
   * @throws Problem for every mistake in it; EngineError when states were never seen
   */
  planQuery(json: unknown): QueryPlan {
    const { watch, clock } = this.#deps;
    const text = JSON.stringify(json) ?? '';
    const { epoch } = watch;
    const known = this.#recent.get(text, epoch);
    if (known) return known;
    const plan = planQuery(json, {
      catalogue: this.#catalogue,
      stateOf: (metric, route) => watch.stateOf(metric, route),
      clock,
    });
    if (!plan.relative) this.#recent.set(text, epoch, plan);
    return plan;
  }

  /** @throws Problem where sums aren't exact or rows too many; EngineError */
  async readQuery(plan: QueryPlan, signal: AbortSignal): Promise<QueryAnswer> {
    return this.#deps.queries.read(plan, signal);
  }

  /** The answer as bytes, kept and marked as those of `rendered` are. @throws what `readQuery` throws */
  async renderedQuery(
    plan: QueryPlan,
    form: string,
    render: (answer: QueryAnswer) => RenderedBody,
    signal: AbortSignal,
  ): Promise<Rendered> {
    const confirmed = this.#deps.watch.confirmed(plan.metric, plan.route);
    return this.#deps.answers.get(keyOf(plan, form), plan, confirmed, async () =>
      render(await this.readQuery(plan, signal)),
    );
  }
}

/** What an answer is kept under. */
function keyOf(plan: Pick<Plan, 'key'>, form: string): string {
  return `${form}\0${plan.key}`;
}
