import { caveatsOf } from '../../core/metric/caveats.ts';
import { correctionsOf } from '../../core/question/corrections.ts';
import { noteOf, unitsOf } from '../../formats/query.ts';
import { querySchema } from '../catalogue/openapi-query.ts';
import { linksOf, originOf } from './about.ts';
import { DEFAULT_ROWS, planOf } from './ask.ts';
import type { Tool } from './tool.ts';

const MAX_CORRECTIONS = 10;

export const explain: Tool = {
  name: 'explain',
  title: 'Explain an answer',
  description:
    'Tells what to know before trusting the answer to a question, which it takes as "ask" does: what is counted and by whose definition, units, which measures may be added up, what is loaded of the range, the newest corrections of numbers that were served before, and known caveats. It reads no numbers.',
  inputSchema: ({ catalogue }) => querySchema(catalogue, DEFAULT_ROWS),
  call: (args, { road, base }) => {
    const plan = planOf({ ...args, dryRun: true }, road);
    const { metric, query, coverage, reason, cost, notCounted } = plan;
    const [note, units] = [noteOf(plan), unitsOf(plan)];
    return Promise.resolve({
      query,
      origin: originOf(metric, base),
      doc: metric.doc,
      measures: query.measures.flatMap((name) => {
        const measure = metric.measures[name];
        return measure ? [{ name, doc: measure.doc, unit: measure.unit, additive: measure.additive }] : [];
      }),
      ...(units ? { units } : {}),
      coverage,
      ...(reason === undefined ? {} : { reason }),
      ...(notCounted === undefined ? {} : { notCounted }),
      cost,
      budget: road.budget,
      caveats: [...caveatsOf(metric), ...(note === undefined ? [] : [note])],
      newestCorrections: correctionsOf(metric, plan.history, plan.state.version).slice(0, MAX_CORRECTIONS),
      links: linksOf(plan, base),
    });
  },
};
