import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export interface AdminOptions {
  /** Whether requests are answered well: both engines answer, and the process isn't going down. */
  readonly ready: () => boolean;
  readonly registry: Registry;
}

/** The operators' port: `/livez`, `/readyz`, `/metrics` (Prometheus). */
export function buildAdmin({ ready, registry }: AdminOptions): FastifyInstance {
  const app = Fastify({ logger: false });
  app.get('/livez', () => 'ok\n');
  app.get('/readyz', (_request, reply) =>
    ready() ? reply.send('ok\n') : reply.code(503).send('not ready\n'),
  );
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return app;
}
