import { dimensionValues } from '../../read/dimension-values.ts';
import { invalidParameter } from '../../core/problem.ts';
import { valuesAsked } from '../catalogue/values-routes.ts';
import { mostOf, refuseOthers, requiredText, textOf } from './arguments.ts';
import type { Json, Tool } from './tool.ts';

const DEFAULT_VALUES = 20;
const MAX_VALUES = 100;

export const findValues: Tool = {
  name: 'find_values',
  title: 'Find the values of a dimension',
  description:
    'Finds the exact spelling of values that a dimension of a metric takes: project names such as en.wikipedia, article titles, countries. Titles are found by how they begin.',
  inputSchema: ({ catalogue }) => ({
    type: 'object',
    additionalProperties: false,
    required: ['metric', 'dimension'],
    properties: {
      metric: { type: 'string', enum: [...catalogue.byName.keys()] },
      dimension: { type: 'string', description: 'The name of one of its dimensions.' },
      prefix: { type: 'string', description: 'How the value begins; empty for the most frequent ones.' },
      where: {
        type: 'object',
        description: 'Values of other dimensions: only values that occur together with them are found.',
        additionalProperties: { type: 'string' },
      },
      limit: { type: 'integer', minimum: 1, maximum: MAX_VALUES, default: DEFAULT_VALUES },
    },
  }),
  call: async (args, { road, signal }) => {
    refuseOthers(args, ['metric', 'dimension', 'prefix', 'where', 'limit']);
    const asked = valuesAsked(
      road,
      { name: requiredText(args, 'metric'), dimension: requiredText(args, 'dimension') },
      {
        ...whereOf(args['where']),
        prefix: textOf(args, 'prefix') ?? '',
        limit: String(mostOf(args, DEFAULT_VALUES, MAX_VALUES)),
      },
    );
    const { body } = await dimensionValues(road, asked, signal);
    return JSON.parse(body.toString()) as Json;
  },
};

function whereOf(where: unknown): Record<string, string> {
  if (where === undefined || where === null) return {};
  if (typeof where !== 'object' || Object.values(where).some((value) => typeof value !== 'string'))
    throw invalidParameter('where', 'where should be an object of texts, by dimension.');
  for (const name of ['prefix', 'limit'])
    if (Object.hasOwn(where, name))
      throw invalidParameter('where', `where has dimensions; ${name} is an argument of its own.`);
  return { ...where };
}
