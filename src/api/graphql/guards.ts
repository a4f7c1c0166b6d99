import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** The maximum number of tokens of a document. Parsing stops there, before validation. */
export const MAX_TOKENS = 5000;
/** The fields that describe Kraken itself. Their answers are long but cost no points, so their number is limited. */
const DESCRIBING = ['__schema', '__type', 'metrics'];
const MAX_DESCRIBING = 10;

/** Returns a rule that refuses operations nested deeper than `limit`. For introspection, GraphQL has its own rule. */
export function depthRule(limit: number): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    const fragments = new Map<string, number>();
    const depthOf = (selections: SelectionSetNode): number => {
      let deepest = 0;
      for (const selection of selections.selections) {
        if (selection.kind === Kind.FRAGMENT_SPREAD) {
          deepest = Math.max(deepest, depthOfFragment(selection.name.value));
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          deepest = Math.max(deepest, depthOf(selection.selectionSet));
        } else if (!selection.name.value.startsWith('__')) {
          deepest = Math.max(deepest, 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0));
        }
      }
      return deepest;
    };
    const depthOfFragment = (name: string): number => {
      const known = fragments.get(name);
      if (known !== undefined) return known;
      // Another rule refuses a fragment that spreads itself; here the recursion only has to end.
      fragments.set(name, 0);
      const fragment = context.getFragment(name);
      const depth = fragment ? depthOf(fragment.selectionSet) : 0;
      fragments.set(name, depth);
      return depth;
    };
    return {
      OperationDefinition(operation) {
        const depth = depthOf(operation.selectionSet);
        if (depth <= limit) return;
        context.reportError(
          new GraphQLError(`The operation is nested ${depth} levels deep; at most ${limit} are allowed.`, {
            nodes: operation,
          }),
        );
      },
    };
  };
}

/** Refuses documents that ask for the schema or the catalogue too often. */
export const describingRule: ValidationRule = (context): ASTVisitor => {
  let asked = 0;
  return {
    Field(field) {
      if (!DESCRIBING.includes(field.name.value) || ++asked !== MAX_DESCRIBING + 1) return;
      const detail = `A document may use ${DESCRIBING.join(', ')} at most ${MAX_DESCRIBING} times together.`;
      context.reportError(new GraphQLError(detail, { nodes: field }));
    },
  };
};

/** Refuses mutations, which the schema doesn't have. Without this rule they would count as defects. */
export const readOnlyRule: ValidationRule = (context): ASTVisitor => ({
  OperationDefinition(node) {
    if (node.operation !== OperationTypeNode.MUTATION) return;
    context.reportError(
      new GraphQLError('This API has only queries and subscriptions, no mutations.', { nodes: node }),
    );
  },
});
