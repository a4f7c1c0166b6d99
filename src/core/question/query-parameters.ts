import type { Catalogue } from '../metric/catalogue.ts';
import { invalidParameter, type Problem } from '../problem.ts';
import { dimensionsOf, unknownMember, type Spelling } from './unknown-member.ts';
import { named } from '../value/named.ts';

/** The parameters of a /query question in a URL or a shell. */
const PLAIN = [
  'metric',
  'by',
  'grain',
  'range',
  'measures',
  'order',
  'compare',
  'having',
  'top',
  'within',
  'fill',
  'cursor',
  'asOf',
] as const;
const LISTS: readonly string[] = ['by', 'measures', 'order', 'having', 'within'];
const FLAGS: readonly string[] = ['total', 'others', 'dryRun', 'live'];

/** The parameters of a URL that say how the answer is written. */
export const FORM_PARAMETERS = ['format', 'time', 'names', 'download'] as const;

export const QUERY_PARAMETERS = [...PLAIN, 'limit', ...FLAGS, 'where.DIMENSION'];

/**
 * Turns parameters into a /query question as JSON: `by=project,access`, `order=-views`,
 * `where.access=desktop|mobile-web`, `where.article^=Cat` (a prefix), `where.project!=de.wikipedia` (not).
 * @param spelling how the caller writes parameters, for messages
 * @throws Problem if a name is unknown or given twice
 */
export function queryOfParameters(
  parameters: readonly (readonly [string, string])[],
  catalogue: Catalogue,
  spelling: Spelling = 'url',
): Record<string, unknown> {
  const metric = parameters.find(([name]) => name === 'metric')?.[1];
  const query = named<unknown>();
  const where = named<unknown>();
  for (const [name, value] of parameters) {
    const into = name.startsWith('where.') ? where : query;
    const [key, content] = name.startsWith('where.')
      ? conditionOf(name.slice('where.'.length), value)
      : [name, memberOf(name, value, () => unknown(name))];
    if (Object.hasOwn(into, key)) throw invalidParameter(name, `${name} is given twice.`);
    into[key] = content;
  }
  return Object.keys(where).length > 0 ? { ...query, where } : query;

  function unknown(name: string): Problem {
    const dimensions = dimensionsOf(catalogue, metric);
    return unknownMember(name, [...QUERY_PARAMETERS, 'query', ...FORM_PARAMETERS], dimensions, spelling);
  }
}

function conditionOf(name: string, value: string): [string, unknown] {
  const values = value.split('|');
  if (name.endsWith('!')) return [name.slice(0, -1), { not: values }];
  if (name.endsWith('^')) return [name.slice(0, -1), { prefix: value }];
  return [name, values.length === 1 ? value : values];
}

/** The JSON value of a parameter. @throws what `unknown` makes if there is no such parameter */
function memberOf(name: string, value: string, unknown: () => Problem): unknown {
  if (LISTS.includes(name)) return value.split(',').filter((one) => one !== '');
  if (FLAGS.includes(name))
    return value === 'true' || value === '' ? true : value === 'false' ? false : value;
  if (name === 'limit' || PLAIN.some((known) => known === name)) return value;
  throw unknown();
}
