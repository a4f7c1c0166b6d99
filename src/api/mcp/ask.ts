import type { RowsPlan } from '../../core/question/plan.ts';
import { FORMATS } from '../../formats/formats.ts';
import type { Road } from '../../read/road.ts';
import { querySchema } from '../catalogue/openapi-query.ts';
import { linksOf, originOf } from './about.ts';
import type { Json, Tool } from './tool.ts';

/** How many rows are given unless a model asks for more: each one takes a part of what it can read. */
export const DEFAULT_ROWS = 100;

export const ask: Tool = {
  name: 'ask',
  title: 'Ask for numbers',
  description:
    'Answers a question about one metric with rows: filtered by "where", grouped by "by" and by time ("grain"), sorted by "order", compared with an earlier range by "compare". A dimension that isn\'t named takes its total. Dates: 2024-03-01, 2024-03, -30d, latest; both ends are included. "cursor" of an answer asks for the next page. "coverage" tells whether everything is loaded: then an absent row means that nothing happened; outside of it nothing is known. Quote the source and the licence beside numbers, and give the link.',
  inputSchema: ({ catalogue }) => querySchema(catalogue, DEFAULT_ROWS),
  call: async (args, { road, base, signal }) => {
    const plan = planOf(args, road);
    if (!plan.query.dryRun) road.charge([plan]);
    const { type, renderQuery } = FORMATS.json;
    const { body } = await road.rendered(
      plan,
      'json',
      (found) => ({ body: renderQuery(found), type }),
      signal,
    );
    return {
      ...(JSON.parse(body.toString()) as Json),
      origin: originOf(plan.metric, base),
      links: linksOf(plan, base),
    };
  },
};

/** Plans the question that a tool's arguments ask. @throws Problem */
export function planOf(args: Json, road: Road): RowsPlan {
  return road.plan(road.question({ limit: DEFAULT_ROWS, ...args }));
}
