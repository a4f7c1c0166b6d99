import type { Catalogue } from '../core/metric/catalogue.ts';
import { Problem } from '../core/problem.ts';

/**
 * Adds the refused value to a problem about a dimension's value: AQS's sentences name only the parameter,
 * and a shell shows no URL with the value. Returns any other error unchanged.
 * @param json the question
 */
export function withRefusedValue(error: unknown, json: unknown, catalogue: Catalogue): unknown {
  if (!(error instanceof Problem) || error.code !== 'invalid-parameter') return error;
  const { metric = '', where = {} } = (json ?? {}) as { metric?: string; where?: Record<string, unknown> };
  const name = /^(?:where\.)?([\w-]+)/.exec(String(error.members.parameter))?.[1] ?? '';
  const dimension = catalogue.byName.get(metric)?.dimensions.find((one) => one.name === name);
  const refused = [where[name]]
    .flat()
    .find(
      (value) => typeof value === 'string' && dimension?.refuse(dimension.normalise(value)) !== undefined,
    );
  if (typeof refused !== 'string' || error.message.includes(refused)) return error;
  return new Problem(error.code, `${name} ${refused}: ${error.message}`, { ...error.members });
}
