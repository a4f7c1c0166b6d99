import Fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';

export interface AdminOptions {
  /** Whether requests can be answered: both engines answer, and the process isn't stopping. */
  readonly ready: () => boolean;
  /** What else doesn't work, in sentences. */
  readonly notices?: () => readonly string[];
  /** The metrics, of all processes. */
  readonly metrics: () => Promise<string>;
}

/** Builds the server of the operators' port: `/livez`, `/readyz`, `/metrics` (Prometheus). */
export function buildAdmin({ ready, notices = () => [], metrics }: AdminOptions): FastifyInstance {
  const app = Fastify({ logger: false });
  app.get('/livez', () => 'ok\n');
  app.get('/readyz', (_request, reply) =>
    ready()
      ? reply.send(['ok', ...notices(), ''].join('\n'))
      : reply.code(503).send(['not ready', ...notices(), ''].join('\n')),
  );
  app.get('/metrics', async (_request, reply) =>
    reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(await metrics()),
  );
  return app;
}
