import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { queryTextOf } from '../formats/graphql-query.ts';
import { newestRows } from '../read/newest.ts';
import { EngineError } from '../core/engine-error.ts';
import { openDimensions } from '../core/metric/metric.ts';
import { nearest } from '../core/value/nearest.ts';
import type { Road } from '../read/road.ts';
import { exampleOf, firstExample } from '../read/examples.ts';
import { familiesOf } from './families.ts';
import { operationsOf, requestUrl, type Operation } from './operations.ts';
import { graphiqlConsole } from './pages/consoles.ts';
import { inDocs, type DocsPage } from './pages/docs-frame.ts';
import { noPage } from './pages/no-page.ts';
import { operationPage, operationsPage } from './pages/rest-console.ts';
import type { SendPage } from './send-page.ts';
import { named, ownOnly } from '../core/value/named.ts';

interface Route {
  readonly Params: { readonly operation: string };
}

/** Registers `/docs/api` and `/docs/graphiql`, the consoles for REST and GraphQL. */
export function registerConsoles(app: FastifyInstance, road: Road, send: SendPage): void {
  const framed = (request: FastifyRequest, reply: FastifyReply, page: DocsPage): Promise<FastifyReply> =>
    send(request, reply, inDocs(page, familiesOf(road)));
  const noOperation = (request: FastifyRequest<Route>, reply: FastifyReply): Promise<FastifyReply> => {
    const name = request.params.operation;
    const meant = nearest(name, operationsOf(road.catalogue).keys());
    return send(
      request,
      reply,
      noPage('/docs', { kind: 'operation', name, nearest: meant && `api/${meant}` }),
      404,
    );
  };

  app.get('/docs/api', (request, reply) =>
    framed(request, reply, operationsPage(familiesOf(road), operationsOf(road.catalogue))),
  );
  app.get<Route>('/docs/api/:operation', (request, reply) => {
    const operation = operationsOf(road.catalogue).get(request.params.operation);
    return operation
      ? framed(request, reply, operationPage(operation, valuesFor(road, operation)))
      : noOperation(request, reply);
  });
  app.get<Route>('/docs/api/:operation/answer', (request, reply) => {
    const operation = operationsOf(road.catalogue).get(request.params.operation);
    if (!operation) return noOperation(request, reply);
    const { searchParams } = new URL(request.originalUrl, 'http://host');
    return reply.redirect(requestUrl(operation, searchParams), 303);
  });
  app.get('/docs/graphiql', (request, reply) => {
    const example = firstExample(road);
    const query = example
      ? queryTextOf(example.metric, example.question)
      : '{\n  metrics {\n    name\n  }\n}\n';
    return send(request, reply, graphiqlConsole(query));
  });
}

/** Returns the initial values of the fields. If possible, they make a question that has an answer. */
function valuesFor(road: Road, operation: Operation): Record<string, string> {
  const values = named<string>();
  for (const { name, example } of operation.parameters) if (example !== undefined) values[name] = example;
  const metric = road.catalogue.byName.get(operation.operationId);
  if (metric) return ownOnly({ ...values, ...exampleOf(road, metric)?.parameters });
  const chosen = firstExample(road)?.metric ?? road.catalogue.metrics[0];
  if (!chosen) return values;
  const question = JSON.stringify(questionOf(road, chosen.name), null, 2);
  const others = ownOnly({
    name: chosen.name,
    dimension: openDimensions(chosen)[0]?.name ?? '',
    query: JSON.stringify(JSON.parse(question)),
    body: question,
  });
  const names = [...operation.parameters.map(({ name }) => name), 'body'];
  return ownOnly({
    ...Object.fromEntries(names.flatMap((name) => (others[name] ? [[name, others[name]]] : []))),
    ...values,
  });
}

/** Returns a question for `/query`: the newest rows of a metric, the greatest first. */
function questionOf(road: Road, name: string): Record<string, unknown> {
  const metric = road.catalogue.byName.get(name);
  try {
    const newest = metric && newestRows(metric, road.watch.stateOf(metric, 'warehouse'), { values: 3 });
    return newest ?? { metric: name };
  } catch (error) {
    if (error instanceof EngineError) return { metric: name };
    throw error;
  }
}
