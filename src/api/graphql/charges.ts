import type { ApolloServerPlugin } from '@apollo/server';
import { getVariableValues, Kind, type FragmentDefinitionNode, type DocumentNode } from 'graphql';
import { MAX_SERIES, tooManySeries } from '../../core/question/points.ts';
import { Problem } from '../../core/problem.ts';
import type { GraphqlContext } from './context.ts';
import { costOf, type Operation } from './cost.ts';
import { refusal } from './errors.ts';
import { Plans } from './plans.ts';

/** Charges every operation, and puts its cost into the answer's extensions. */
export const chargePoints: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () => {
    let cost: number | undefined;
    return Promise.resolve({
      didResolveOperation: ({ schema, operation, document, request, contextValue }) => {
        // The execution reports a missing operation and wrong variables.
        if (!operation) return Promise.resolve();
        const { coerced: variables } = getVariableValues(
          schema,
          operation.variableDefinitions ?? [],
          request.variables ?? {},
        );
        if (variables) cost = chargeFor({ schema, operation, document, variables }, contextValue);
        return Promise.resolve();
      },
      willSendResponse: ({ response: { body } }) => {
        if (cost === undefined || body.kind !== 'single') return Promise.resolve();
        body.singleResult.extensions = { ...body.singleResult.extensions, cost };
        return Promise.resolve();
      },
    });
  },
};

/**
 * Counts the points of an operation before anything is read. All operations of one request share one budget.
 * @returns the points
 * @throws GraphQLError if the operation costs too much
 */
export function chargeFor(
  { document, ...asked }: Omit<Operation, 'fragments'> & { readonly document: DocumentNode },
  context: GraphqlContext,
): number {
  const { road, bill, basis } = context;
  context.plans = new Plans(road, basis);
  const { points, series } = costOf({ ...asked, fragments: fragmentsOf(document) }, road, context.plans);
  bill.points += points;
  bill.series += series;
  try {
    if (bill.series > MAX_SERIES) throw tooManySeries();
    road.charge([{ cost: bill.points, several: bill.series > 1 }]);
  } catch (error) {
    throw error instanceof Problem ? refusal(error, { cost: bill.points, budget: road.budget }) : error;
  }
  return points;
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
