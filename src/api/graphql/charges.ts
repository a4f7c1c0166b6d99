import type { ApolloServerPlugin } from '@apollo/server';
import { getVariableValues, Kind, type FragmentDefinitionNode, type DocumentNode } from 'graphql';
import { checkPoints, MAX_SERIES, tooManySeries } from '../../core/question/points.ts';
import { Problem } from '../../core/problem.ts';
import type { Bill, GraphqlContext } from './context.ts';
import { costOf } from './cost.ts';
import { refusal } from './errors.ts';
import { Plans } from './plans.ts';

/**
 * Counts the points of every operation before anything of it is read, refuses what is too dear,
 * and says in the answer's extensions what it cost. The operations of one request have one budget.
 */
export const chargePoints: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () => {
    let cost: number | undefined;
    return Promise.resolve({
      didResolveOperation: ({ schema, operation, document, request, contextValue }) => {
        const { road, bill } = contextValue;
        // An operation that isn't there, and variables that are wrong, are reported by the execution.
        if (!operation) return Promise.resolve();
        const { coerced } = getVariableValues(
          schema,
          operation.variableDefinitions ?? [],
          request.variables ?? {},
        );
        if (!coerced) return Promise.resolve();
        contextValue.plans = new Plans(road);
        const asked = costOf(
          { schema, operation, fragments: fragmentsOf(document), variables: coerced },
          road,
          contextValue.plans,
        );
        cost = asked.points;
        bill.points += asked.points;
        bill.series += asked.series;
        const problem = refusalOf(bill, road.budget);
        if (problem) throw refusal(problem, { cost: bill.points, budget: road.budget });
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

/** Why a request is too dear, if it is. */
function refusalOf({ points, series }: Bill, budget: number): Problem | undefined {
  if (series > MAX_SERIES) return tooManySeries();
  try {
    checkPoints([{ cost: points, several: series > 1 }], budget);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
