import type { FastifyInstance } from 'fastify';
import type { Compressor } from '../api/http/conditional.ts';
import { goneSignal, sendRendered } from '../api/http/send.ts';
import { Problem } from '../core/problem.ts';
import { suggestion, nearest } from '../core/value/nearest.ts';
import { cardPng, PNG_TYPE } from '../formats/chart/png.ts';
import { together } from '../formats/chart/together.ts';
import type { Road } from '../read/road.ts';
import { chartOfData, questionOfGraph } from './graph-chart.ts';

const SUFFIX = '.png';

/** The path of the picture by which a link to a graph is shown. */
export function cardOfGraph(id: string): string {
  return `/cards/${encodeURIComponent(id)}${SUFFIX}`;
}

/** Registers `/cards/ID.png`, the picture of a graph for those who share it. */
export function registerCards(app: FastifyInstance, road: Road, compressor: Compressor): void {
  app.get<{ Params: { file: string } }>('/cards/:file', async (request, reply) => {
    const id = request.params.file.replace(/\.png$/, '');
    const { graphs } = road.catalogue;
    const graph = graphs.get(id);
    if (!graph)
      throw new Problem('no-route', `There is no graph ${id}${suggestion(nearest(id, graphs.keys()))}`);
    const plans = graph.data.map(({ path }) => questionOfGraph(road, path).plan);
    road.charge(plans);
    const signal = goneSignal(request);
    const rendered = await road.renderedTogether(
      plans,
      // A graph that is changed is another picture.
      `card ${JSON.stringify(graph)}`,
      async (answers) => {
        const charts = answers.flatMap((answer, i) => {
          const [plan, data] = [plans[i], graph.data[i]];
          return answer && plan && data ? [chartOfData(plan, answer, data)] : [];
        });
        const [first, ...rest] = charts;
        if (!first) throw new Problem('not-found', `The graph ${id} has no numbers.`);
        const { title, scale } = graph;
        const chart = together([first, ...rest], { title, ...(scale ? { scale } : {}) });
        const body = await cardPng(chart, signal);
        return { body, type: PNG_TYPE };
      },
      signal,
    );
    return sendRendered(request, reply, rendered, compressor);
  });
}
