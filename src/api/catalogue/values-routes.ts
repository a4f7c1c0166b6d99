import type { FastifyInstance } from 'fastify';
import { metricIn } from '../../core/metric/catalogue.ts';
import { limitOf } from '../../core/question/limit.ts';
import type { Dimension } from '../../core/metric/dimension.ts';
import { allDimensions, valueOf } from '../../core/question/conditions.ts';
import { suggestion, nearest } from '../../core/value/nearest.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import type { Road } from '../../read/road.ts';
import type { Compressor } from '../http/conditional.ts';
import { dimensionValues, type ValuesAsked } from '../../read/dimension-values.ts';
import { goneSignal, sendRendered } from '../http/send.ts';
import { named } from '../../core/value/named.ts';

export interface ValuesOptions {
  readonly road: Road;
  readonly compressor: Compressor;
}

interface Route {
  Params: { name: string; dimension: string };
  Querystring: Record<string, string | string[]>;
}

const DEFAULT_VALUES = 10;
const MAX_VALUES = 100;

/** Registers `/catalogue/NAME/values/DIMENSION`, which suggests existing values. */
export function registerValues(app: FastifyInstance, { road, compressor }: ValuesOptions): void {
  app.get<Route>('/catalogue/:name/values/:dimension', async (request, reply) => {
    const asked = valuesAsked(road, request.params, request.query);
    return sendRendered(request, reply, await dimensionValues(road, asked, goneSignal(request)), compressor);
  });
}

/**
 * Reads a request for a dimension's values from the names in the path and the parameters of the query.
 * @throws Problem that names the wrong parameter
 */
export function valuesAsked(
  road: Road,
  { name, dimension: wanted }: Route['Params'],
  query: Route['Querystring'],
): ValuesAsked {
  const metric = metricIn(road.catalogue, name, 'name');
  const dimensions = allDimensions(metric);
  const dimension = dimensions.find((one) => one.name === wanted);
  const names = dimensions.map((one) => one.name);
  if (!dimension)
    throw invalidParameter(
      'dimension',
      `${name} has no dimension ${wanted}${suggestion(nearest(wanted, names))}`,
      names,
    );
  const others = names.filter((one) => one !== wanted);
  let prefix = '';
  let limit = DEFAULT_VALUES;
  const known = named<string>();
  for (const [parameter, value] of Object.entries(query)) {
    if (typeof value !== 'string') throw invalidParameter(parameter, `${parameter} is given twice.`);
    if (parameter === 'prefix') prefix = dimension.normalise(value);
    else if (parameter === 'limit') limit = limitOf(value, MAX_VALUES);
    else if (others.includes(parameter)) {
      const other = dimensions.find((one) => one.name === parameter) as Dimension;
      known[parameter] = valueOf(other, value, parameter, true);
    } else {
      const allowed = ['prefix', 'limit', ...others];
      const detail = `There is no query parameter ${parameter}${suggestion(nearest(parameter, allowed))}`;
      throw new Problem('unknown-parameter', detail, { parameter, allowed });
    }
  }
  return { metric, dimension, prefix, limit, known };
}
