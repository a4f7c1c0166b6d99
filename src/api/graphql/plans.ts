import type { FieldNode } from 'graphql';
import { EngineError } from '../../core/engine-error.ts';
import { Problem } from '../../core/problem.ts';
import type { PathPlan, Plan, RowsPlan } from '../../core/question/plan.ts';
import type { Question, RowsQuestion } from '../../core/question/question.ts';
import type { Road } from '../../read/road.ts';
import type { Basis } from './basis.ts';
import type { Known } from './question.ts';

/** The question of a field, and its plan or the error that prevented a plan. */
export interface Planned<Q extends Question> {
  readonly question: Q;
  readonly plan: (Q extends RowsQuestion ? RowsPlan : PathPlan) | Problem | EngineError;
}

/**
 * The plans of an operation's fields. They are made when the operation is charged, and used again when the
 * fields are answered.
 */
export class Plans {
  readonly #road: Road;
  readonly #basis: Basis;
  /** The plans by field, then by the values that the parent settles: a field below a list is answered for each entry. */
  readonly #kept = new Map<FieldNode, Map<string, Planned<Question>>>();

  /** @param basis gets to know all questions */
  constructor(road: Road, basis: Basis) {
    this.#road = road;
    this.#basis = basis;
  }

  /** Makes the plan of a field and keeps it until the field is answered. */
  make<Q extends Question>([node]: readonly FieldNode[], known: Known, question: Q): Planned<Q> {
    const planned = this.#plan(question);
    const kept = this.#kept.get(node as FieldNode) ?? new Map<string, Planned<Question>>();
    this.#kept.set(node as FieldNode, kept.set(JSON.stringify(known), planned));
    return planned;
  }

  /** Returns the kept plan of a field, or makes one if the parent's values weren't known earlier. */
  take<Q extends Question>(nodes: readonly FieldNode[], known: Known, ask: () => Q): Planned<Q> {
    const kept = this.#kept.get(nodes[0] as FieldNode)?.get(JSON.stringify(known));
    return (kept as Planned<Q> | undefined) ?? this.#plan(ask());
  }

  #plan<Q extends Question>(question: Q): Planned<Q> {
    const plan = this.#planOrError(question);
    this.#basis.note(question, plan);
    return { question, plan: plan as Planned<Q>['plan'] };
  }

  #planOrError(question: Question): Plan | Problem | EngineError {
    try {
      return this.#road.plan(question);
    } catch (error) {
      if (error instanceof Problem || error instanceof EngineError) return error;
      throw error;
    }
  }
}
