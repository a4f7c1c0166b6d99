import type { ApolloServerPlugin } from '@apollo/server';
import { getVariableValues, Kind, type FragmentDefinitionNode, type DocumentNode } from 'graphql';
import { checkPoints } from '../../core/plan.ts';
import { Problem } from '../../core/problem.ts';
import type { GraphqlContext } from './context.ts';
import { costOf } from './cost.ts';
import { refusal } from './errors.ts';

/**
 * Counts the points of every operation before anything of it is read, refuses what is too dear,
 * and says in the answer's extensions what it cost. The operations of one request have one budget.
 */
export const chargePoints: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () => {
    let cost: number | undefined;
    return Promise.resolve({
      didResolveOperation: ({ schema, operation, document, request, contextValue: { road, bill } }) => {
        // An operation that isn't there, and variables that are wrong, are reported by the execution.
        if (!operation) return Promise.resolve();
        const { coerced } = getVariableValues(
          schema,
          operation.variableDefinitions ?? [],
          request.variables ?? {},
        );
        if (!coerced) return Promise.resolve();
        const asked = costOf(
          { schema, operation, fragments: fragmentsOf(document), variables: coerced },
          road,
        );
        cost = asked.points;
        bill.points += asked.points;
        bill.series += asked.series;
        try {
          checkPoints([{ cost: bill.points, several: bill.series > 1 }], road.budget);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          throw refusal(error, { cost: bill.points, budget: road.budget });
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
