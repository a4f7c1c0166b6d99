import type { FastifyInstance } from 'fastify';
import type { Compressor } from '../../api/http/conditional.ts';
import type { DirectHandler, Server } from '../../api/http/direct.ts';
import { NO_CONTENT, originHeaders, PIXEL_ANSWER } from './answer.ts';
import { beaconHandler } from './beacon.ts';
import { readTexts } from './body.ts';
import type { Door } from './door.ts';
import { eventsHandler } from './events.ts';
import { pageviewHandler } from './pageview.ts';
import { scriptHandler } from './script.ts';
import { trackerHandler } from './tracked.ts';
import { TRACKERS } from '../trackers/index.ts';

/** How long a browser remembers that a page may send, in seconds. */
const PREFLIGHT_S = 86_400;

type Method = 'GET' | 'POST';

/** Registers the routes of all transports, and of the script that sends page views. */
export async function registerCollect(
  { app, direct }: Server,
  door: Door,
  compressor: Compressor,
): Promise<void> {
  app.get('/k.js', scriptHandler(compressor));
  // In a scope of its own: other routes read bodies as JSON only.
  await app.register((scope, _options, done) => {
    readTexts(scope);
    const events = eventsHandler(door);
    const pageview = pageviewHandler(door, 'pageview', NO_CONTENT);
    route(scope, ['POST'], '/v1/events', events);
    route(scope, ['GET', 'POST'], '/pageview', pageview);
    direct.add('POST', '/v1/events', events);
    for (const method of ['GET', 'POST'] as const) direct.add(method, '/pageview', pageview);
    route(scope, ['GET'], '/pageview.gif', pageviewHandler(door, 'pixel', PIXEL_ANSWER));
    const hasStream = (name: string): boolean => door.collector.hasStream(name);
    route(scope, ['GET', 'POST'], '/beacon/event', beaconHandler(door, hasStream, NO_CONTENT));
    route(scope, ['GET'], '/event.gif', beaconHandler(door, hasStream, PIXEL_ANSWER));
    for (const tracker of TRACKERS) {
      const handler = trackerHandler(door, tracker);
      const urls = new Set(tracker.routes.map(({ url }) => url));
      for (const url of urls) {
        const methods = tracker.routes.filter((one) => one.url === url).map(({ method }) => method);
        route(scope, methods, url, handler);
      }
    }
    done();
  });
}

function route(scope: FastifyInstance, method: Method[], url: string, handler: DirectHandler): void {
  scope.route({
    method,
    url,
    // HEAD would count a view as GET does.
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      await handler(request, reply.raw);
      return reply.hijack();
    },
  });
  const methods = method.join(', ');
  scope.options(url, (request, reply) =>
    reply
      .headers({
        ...originHeaders(request),
        'access-control-allow-methods': methods,
        'access-control-allow-headers': request.headers['access-control-request-headers'] ?? 'content-type',
        'access-control-max-age': String(PREFLIGHT_S),
        allow: `${methods}, OPTIONS`,
      })
      .code(204)
      .send(),
  );
}
