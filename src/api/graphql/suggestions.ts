import { isInputObjectType, isObjectType, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { nearest, respelt } from '../../core/value/nearest.ts';
import { dimensionsOf } from '../../core/question/unknown-member.ts';
import { GRAINS } from '../../core/time/time.ts';
import { ENTITIES } from './entities.ts';
import { fieldName } from '../../core/metric/graphql-names.ts';

/*
 * GraphQL itself suggests similar names. It doesn't find names that are different in REST (`granularity`), or
 * that aren't valid in GraphQL (`pageviews-per-article`).
 */

const UNKNOWN_ARGUMENT = /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"\.$/;
const UNKNOWN_FIELD = /^Cannot query field "(\w+)" on type "(\w+)"\.$/;
/** An enum value where a text is needed. */
const NO_TEXT = /String cannot represent a non string value: ([A-Z]+)$/;
const UNKNOWN_INPUT = /Field "(\w+)" is not defined by type "(\w+)"\.$/;

/** Apollo's refusal; an event stream would have been answered before. */
const SUBSCRIPTION_BY_GET = /^GET requests only support .*, not subscription operations$/;

/** Returns a suggestion to append to one of GraphQL's own messages; empty if there is none. */
export function suggestionFor(error: GraphQLError, schema: GraphQLSchema, catalogue: Catalogue): string {
  const { message } = error;
  const [, argument, parent = '', field = ''] = UNKNOWN_ARGUMENT.exec(message) ?? [];
  if (argument !== undefined) return didYouMean(argumentMeant(argument, argumentsOf(schema, parent, field)));
  const [, output, type = ''] = UNKNOWN_FIELD.exec(message) ?? [];
  if (output !== undefined) return didYouMean(nearest(output, fieldsOf(schema, type)));
  const [, input, object = ''] = UNKNOWN_INPUT.exec(message) ?? [];
  if (input !== undefined) return inputMeant(input, object, schema, catalogue);
  const [, value = ''] = NO_TEXT.exec(message) ?? [];
  const grain = GRAINS.find((known) => known === value.toLowerCase());
  if (grain !== undefined) return ` Here it is a text: "${grain}".`;
  if (SUBSCRIPTION_BY_GET.test(message))
    return '. A subscription is answered as text/event-stream: ask for that by Accept.';
  return message.startsWith('Syntax Error: ') ? spellingMeant(error, schema) : '';
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}

function fieldsOf(schema: GraphQLSchema, name: string): string[] {
  const type = schema.getType(name);
  return isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];
}

function argumentsOf(schema: GraphQLSchema, parent: string, field: string): string[] {
  const type = schema.getType(parent);
  return (isObjectType(type) && type.getFields()[field]?.args.map(({ name }) => name)) || [];
}

/** Finds the argument that was meant. The dimension that names an entity has another name there: `project(name: …)`. */
function argumentMeant(name: string, known: readonly string[]): string | undefined {
  const entity = ENTITIES.find(({ dimensions }) => fieldName(dimensions.at(-1) as string) === name);
  return nearest(name, known) ?? entity?.called.find((called) => known.includes(called));
}

function inputMeant(name: string, type: string, schema: GraphQLSchema, catalogue: Catalogue): string {
  const fields = fieldsOf(schema, type);
  const dimension = fields.includes('where') ? respelt(name, dimensionsOf(catalogue, undefined)) : undefined;
  return dimension === undefined
    ? didYouMean(nearest(name, fields))
    : ` Write where: [{dimension: "${dimension}", values: …}].`;
}

/** Suggests the GraphQL spelling of a name with hyphens: in `{pageviews-per-article …}` GraphQL's parser stops at the hyphen. */
function spellingMeant({ source, positions }: GraphQLError, schema: GraphQLSchema): string {
  const [at] = positions ?? [];
  if (!source || at === undefined) return '';
  const before = /[\w-]*$/.exec(source.body.slice(Math.max(0, at - 200), at))?.[0] ?? '';
  const after = /^[\w-]*/.exec(source.body.slice(at, at + 200))?.[0] ?? '';
  const word = before + after;
  if (!word.includes('-')) return '';
  const query = schema.getQueryType()?.getFields() ?? {};
  const isName = ({ name, args }: (typeof query)[string]): boolean =>
    name === fieldName(word) || args.some((arg) => arg.name === fieldName(word));
  return Object.values(query).some(isName) ? ` GraphQL writes ${word} as ${fieldName(word)}.` : '';
}
