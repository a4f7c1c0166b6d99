import type { ApolloServerPlugin } from '@apollo/server';
import { getVariableValues, Kind, type FragmentDefinitionNode, type DocumentNode } from 'graphql';
import { MAX_SERIES, tooManySeries } from '../../core/question/points.ts';
import { Problem } from '../../core/problem.ts';
import type { GraphqlContext } from './context.ts';
import { costOf } from './cost.ts';
import { refusal } from './errors.ts';
import { Plans } from './plans.ts';

/**
 * Counts the points of every operation before anything is read, refuses an operation that costs too much,
 * and puts the cost into the answer's extensions. All operations of one request share one budget.
 */
export const chargePoints: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () => {
    let cost: number | undefined;
    return Promise.resolve({
      didResolveOperation: ({ schema, operation, document, request, contextValue }) => {
        const { road, bill, basis } = contextValue;
        // The execution reports a missing operation and wrong variables.
        if (!operation) return Promise.resolve();
        const { coerced } = getVariableValues(
          schema,
          operation.variableDefinitions ?? [],
          request.variables ?? {},
        );
        if (!coerced) return Promise.resolve();
        contextValue.plans = new Plans(road, basis);
        const asked = costOf(
          { schema, operation, fragments: fragmentsOf(document), variables: coerced },
          road,
          contextValue.plans,
        );
        cost = asked.points;
        bill.points += asked.points;
        bill.series += asked.series;
        try {
          if (bill.series > MAX_SERIES) throw tooManySeries();
          road.charge([{ cost: bill.points, several: bill.series > 1 }]);
        } catch (error) {
          throw error instanceof Problem ? refusal(error, { cost: bill.points, budget: road.budget }) : error;
        }
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

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
