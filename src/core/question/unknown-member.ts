import type { Catalogue } from '../metric/catalogue.ts';
import { suggestion, nearest, respelt } from '../value/nearest.ts';
import { Problem } from '../problem.ts';
import { allDimensions } from './conditions.ts';

/** How a question is written: as JSON, as parameters of a URL, or as flags in a shell. */
export type Spelling = 'json' | 'url' | 'flags';

const CONDITION: Readonly<Record<Spelling, (dimension: string) => string>> = {
  json: (dimension) => `"where": {"${dimension}": …}`,
  url: (dimension) => `where.${dimension}=…`,
  flags: (dimension) => `--where ${dimension}=…`,
};

/** How a condition on any dimension is written. */
const ANY_CONDITION: Readonly<Record<Spelling, string>> = {
  json: '"where": {"DIMENSION": "VALUE"}',
  url: 'where.DIMENSION=VALUE',
  flags: '--where DIMENSION=VALUE',
};
/** What URLs of REST say of sums. */
const SUM = 'sum';
/** What conditions are called together, which no parameter is. */
const WHERE = ['where', 'filter', 'filters'];

/** What a question of a metric can have conditions on; of any metric, where it names none that there is. */
export function dimensionsOf(catalogue: Catalogue, metric: unknown): string[] {
  const known = typeof metric === 'string' ? catalogue.byName.get(metric) : undefined;
  const metrics = known ? [known] : catalogue.metrics;
  return [...new Set(metrics.flatMap((one) => allDimensions(one).map(({ name }) => name)))];
}

/**
 * The problem of a member that no question has. A dimension is told where it belongs; what is called
 * otherwise elsewhere (`granularity` in URLs of REST), or is misspelt, is told its name here.
 * @param known the members that there are
 * @param dimensions the names that conditions can have
 */
export function unknownMember(
  name: string,
  known: readonly string[],
  dimensions: readonly string[],
  spelling: Spelling,
): Problem {
  const bare = name.replace(/[!^]$/, '');
  const member = nearest(name, known);
  const own = respelt(bare, dimensions);
  const dimension = own ?? (member === undefined ? nearest(bare, dimensions) : undefined);
  let hint = suggestion(spelling === 'flags' && member !== undefined ? `--${member}` : member);
  if (own === undefined && bare === SUM) hint = ': values of what is not in by are added up.';
  else if (own === undefined && WHERE.includes(bare)) hint = `: write ${ANY_CONDITION[spelling]}.`;
  else if (dimension !== undefined) hint = `: write ${CONDITION[spelling](dimension)}.`;
  const what = { json: name, url: `query parameter ${name}`, flags: `option --${name}` }[spelling];
  return new Problem('unknown-parameter', `There is no ${what}${hint}`, { parameter: name, allowed: known });
}
