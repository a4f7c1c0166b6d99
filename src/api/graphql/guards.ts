import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** The most tokens that a document may have: parsing stops there, before it is validated. */
export const MAX_TOKENS = 5000;
/** What describes Kraken itself: long answers that cost no points, so that a document has few of them. */
const DESCRIBING = ['__schema', '__type', 'metrics'];
const MAX_DESCRIBING = 10;

/** Refuses operations whose fields nest deeper than `limit`; introspection has a rule of GraphQL's own. */
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
      // A fragment that spreads itself is refused by another rule; here it only has to end.
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
          new GraphQLError(`The operation is ${depth} fields deep; ${limit} is the most.`, {
            nodes: operation,
          }),
        );
      },
    };
  };
}

/** Refuses documents that ask for the schema or the catalogue again and again. */
export const describingRule: ValidationRule = (context): ASTVisitor => {
  let asked = 0;
  return {
    Field(field) {
      if (!DESCRIBING.includes(field.name.value) || ++asked !== MAX_DESCRIBING + 1) return;
      const detail = `${DESCRIBING.join(', ')} are asked for more than ${MAX_DESCRIBING} times.`;
      context.reportError(new GraphQLError(detail, { nodes: field }));
    },
  };
};

/** Refuses what can't be answered because it doesn't exist here, before it is taken for a defect. */
export const queriesOnlyRule: ValidationRule = (context): ASTVisitor => ({
  OperationDefinition(node) {
    if (node.operation === OperationTypeNode.QUERY) return;
    context.reportError(
      new GraphQLError(`There are queries only here, no ${node.operation}s.`, { nodes: node }),
    );
  },
});
