import {
  getArgumentValues,
  getNamedType,
  GraphQLError,
  GraphQLObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { readGrain, type Metric } from '../../core/metric/metric.ts';
import { MAX_SERIES } from '../../core/question/points.ts';
import { EngineError } from '../../core/engine-error.ts';
import { unlessProblem } from '../../core/problem.ts';
import type { RowsQuestion } from '../../core/question/question.ts';
import { lengthOf, type Grain } from '../../core/time/time.ts';
import type { Road } from '../../read/road.ts';
import type { Bill } from './context.ts';
import { meaningOf } from './meaning.ts';
import { isUnknown, standIns, type Guess } from './placeholders.ts';
import type { Plans } from './plans.ts';
import { firstOf, questionOf, type Arguments, type Known } from './question.ts';
import { named } from '../../core/value/named.ts';

type Nodes = readonly FieldNode[];

/** A validated operation, ready for execution. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The coerced values of the variables. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Returns the cost of an operation in points (periods x series x measures), before anything is read. The
 * cost of a field below a list is multiplied by the list's entries. Every series and entity costs at least a
 * point. Numbers that the answer repeats under several names are charged each time.
 * @param plans collects the plans of the fields whose parents are known
 * @returns the count so far, if there are more than `MAX_SERIES` series
 */
export function costOf(operation: Operation, road: Road, plans: Plans): Bill {
  return new Walk(operation, road, plans).bill();
}

class Walk {
  readonly #operation: Operation;
  readonly #road: Road;
  readonly #plans: Plans;
  readonly #bill: Bill = { points: 0, series: 0 };

  constructor(operation: Operation, road: Road, plans: Plans) {
    this.#operation = operation;
    this.#road = road;
    this.#plans = plans;
  }

  bill(): Bill {
    const { schema, operation, fragments, variables } = this.#operation;
    const root = schema.getRootType(operation.operation);
    if (root) {
      const fields = collectFields(schema, fragments, variables, root, operation.selectionSet);
      this.#fields(root, fields, named(), 1);
    }
    return this.#bill;
  }

  /** Adds the cost of some fields. @param times how often the fields are answered */
  #fields(type: GraphQLObjectType, fields: ReadonlyMap<string, Nodes>, known: Guess, times: number): void {
    for (const nodes of fields.values()) {
      if (this.#bill.series > MAX_SERIES) return;
      const field = type.getFields()[(nodes[0] as FieldNode).name.value];
      if (field) this.#field(field, nodes, known, times);
    }
  }

  #field(field: GraphQLField<unknown, unknown>, nodes: Nodes, known: Guess, times: number): void {
    const meaning = meaningOf(field);
    const type = getNamedType(field.type);
    if (!meaning || !(type instanceof GraphQLObjectType)) return;
    const args = this.#argumentsOf(field, nodes);
    if (!args) return;
    if (meaning.kind === 'metric') this.#metric(meaning.metric, type, nodes, args, known, times);
    if (meaning.kind === 'query')
      this.#query(
        () => meaning.question(args, this.#road),
        nodes,
        times * this.#copies(type, this.#below(type, nodes)),
      );
    if (meaning.kind === 'entities') this.#entities(type, nodes, meaning.named(args), times);
  }

  /**
   * Adds the cost of entities: the cost of their metrics, or the cost of their own fields if it is higher.
   */
  #entities(type: GraphQLObjectType, nodes: Nodes, entities: readonly Known[], times: number): void {
    const fields = this.#below(type, nodes);
    const least = times * this.#copies(type, fields);
    for (const known of entities) {
      if (this.#bill.series > MAX_SERIES) return;
      const before = this.#bill.points;
      this.#fields(type, fields, known, times);
      const inside = this.#bill.points - before;
      if (inside < least) this.#charge(1, least - inside);
    }
  }

  #metric(
    metric: Metric,
    type: GraphQLObjectType,
    nodes: Nodes,
    args: Arguments,
    guess: Guess,
    answered: number,
  ): void {
    const fields = this.#below(type, nodes);
    const times = answered * this.#copies(type, fields);
    const points = this.#pointsOf(metric, nodes, args, guess);
    this.#charge(times, points ?? 1);
    if (metric.shape.kind !== 'top' || points === undefined) return;
    const ranked = metric.shape.entry.map((dimension) => dimension.name);
    for (const below of fields.values()) {
      const field = type.getFields()[(below[0] as FieldNode).name.value];
      const rows = field && meaningOf(field);
      const entry = field && getNamedType(field.type);
      if (rows?.kind !== 'rows' || !(entry instanceof GraphQLObjectType)) continue;
      const settled = rows.known.map(
        (name) => [name, ranked.includes(name) ? undefined : guess[name]] as const,
      );
      const each = answered * firstOf(metric, args);
      if (each > 0) this.#fields(entry, this.#below(entry, below), named(settled), each);
    }
  }

  /** Returns the points of a metric's field; undefined if it will have no rows. Mistakes are reported when it is answered. */
  #pointsOf(metric: Metric, nodes: Nodes, args: Arguments, guess: Guess): number | undefined {
    return unlessProblem(() => {
      const measures = Object.keys(metric.measures).length;
      const isTop = metric.shape.kind === 'top';
      const question = questionOf(metric, guess, args);
      if (!isUnknown(metric, guess)) {
        const { plan } = this.#plans.make(nodes, guess as Known, question);
        if (plan instanceof Error) return undefined;
        return isTop ? firstOf(metric, args) * measures : plan.cost;
      }
      if (isTop) return firstOf(metric, args) * measures;
      const grain = readGrain(metric, args.grain as Grain);
      const where = standIns(metric, guess, grain, this.#road.watch.stateOf(metric));
      const plan = this.#road.plan({ ...question, where: { ...question.where, ...where } });
      if (plan.kind !== 'series') return undefined;
      return Math.max(...plan.parts.map((part) => lengthOf(part.span))) * measures;
    }, EngineError);
  }

  /**
   * Adds the cost of a question. It always counts as several series, so that the budget applies in every
   * case.
   */
  #query(ask: () => RowsQuestion, nodes: Nodes, times: number): void {
    const points = unlessProblem(() => {
      const { plan } = this.#plans.make(nodes, {}, ask());
      return plan instanceof Error || plan.query.dryRun ? undefined : plan.cost;
    }, EngineError);
    this.#charge(times, points ?? 1);
    this.#bill.series += times;
  }

  #charge(times: number, points: number): void {
    this.#bill.points += times * Math.max(points, 1);
    this.#bill.series += times;
  }

  #argumentsOf(field: GraphQLField<unknown, unknown>, [node]: Nodes): Arguments | undefined {
    const known = settledArguments.get(node as FieldNode);
    if (known) return known;
    try {
      const args = getArgumentValues(field, node as FieldNode, this.#operation.variables);
      if (!node?.arguments?.some(({ value }) => hasVariable(value)))
        settledArguments.set(node as FieldNode, args);
      return args;
    } catch (error) {
      if (error instanceof GraphQLError) return undefined;
      throw error;
    }
  }

  #below(type: GraphQLObjectType, nodes: Nodes): ReadonlyMap<string, Nodes> {
    const { schema, fragments, variables } = this.#operation;
    return collectSubfields(schema, fragments, variables, type, nodes);
  }

  /** Returns how often the answer repeats the same numbers: `{a: views b: views items {views}}` has them twice. */
  #copies(type: GraphQLObjectType, fields: ReadonlyMap<string, Nodes>): number {
    const counts = new Map<string, number>();
    for (const nodes of fields.values()) {
      const name = (nodes[0] as FieldNode).name.value;
      const field = type.getFields()[name];
      if (!field || meaningOf(field)?.kind === 'metric') continue;
      const below = getNamedType(field.type);
      const inside = below instanceof GraphQLObjectType ? this.#copies(below, this.#below(below, nodes)) : 1;
      counts.set(name, (counts.get(name) ?? 0) + inside);
    }
    return Math.max(1, ...counts.values());
  }
}

/** The arguments without variables: they are the same at each execution of a document. */
const settledArguments = new WeakMap<FieldNode, Arguments>();

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
