import type { FastifyInstance } from 'fastify';
import type { Metric } from '../core/metric/metric.ts';
import type { Happening } from '../now/now.ts';
import { nowPage } from './pages/now.ts';
import type { SendPage } from './send-page.ts';

/** What tells a page what happens now. */
export interface NowSource {
  look(): Promise<Happening>;
  /** The metric of the views of pages. */
  readonly pages: Metric;
}

/** Registers `/now`. @param now undefined where there is no event log */
export function registerNow(app: FastifyInstance, send: SendPage, now: NowSource | undefined): void {
  app.get('/now', async (request, reply) =>
    send(request, reply, nowPage(now && { happening: await now.look(), pages: now.pages })),
  );
}
