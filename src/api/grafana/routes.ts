import type { FastifyInstance, FastifyRequest } from 'fastify';
import { metricIn } from '../../core/metric/catalogue.ts';
import { openDimensions } from '../../core/metric/metric.ts';
import { invalidParameter } from '../../core/problem.ts';
import type { Road } from '../../read/road.ts';
import type { Compressor } from '../http/conditional.ts';
import { dimensionValues, valuesOf } from '../../read/dimension-values.ts';
import { documentOf } from '../http/documents.ts';
import { answerOptions } from '../http/headers.ts';
import { goneSignal, sendRendered } from '../http/send.ts';
import { valuesAsked } from '../catalogue/values-routes.ts';
import { objectAt, optionalObjectAt, optionalTextAt } from './body.ts';
import { grafanaMetric, optionList, optionsOf } from './options.ts';
import { payloadNames } from './payload.ts';
import { answerPanel } from './query.ts';

const ROOT = '/grafana';
/** The maximum number of values of a variable, if they are too many to list, such as titles. */
const MAX_VALUES = 500;

export interface GrafanaOptions {
  readonly road: Road;
  readonly compressor: Compressor;
}

/**
 * Registers the routes of Grafana's JSON datasource (simpod-json-datasource) under `/grafana`: metrics and
 * their payloads, panels, variables, ad hoc filters.
 */
export function registerGrafana(app: FastifyInstance, { road, compressor }: GrafanaOptions): void {
  const send = (url: string, method: 'GET' | 'POST', answer: (request: FastifyRequest) => unknown): void => {
    app.route({
      method,
      url,
      handler: async (request, reply) =>
        sendRendered(request, reply, documentOf(await answer(request)), compressor),
    });
    answerOptions(app, url, method);
  };
  const post = (path: string, answer: (body: unknown, request: FastifyRequest) => unknown): void =>
    send(ROOT + path, 'POST', (request) => answer(request.body, request));

  const health = {
    name: 'Kraken',
    doc: 'A datasource for Grafana’s JSON plugin, simpod-json-datasource. Enter this URL as its address.',
  };
  send(ROOT, 'GET', () => health);
  send(`${ROOT}/`, 'GET', () => health);
  post('/metrics', () => road.catalogue.metrics.map(grafanaMetric));
  post('/metric-payload-options', (body) => {
    const { metric, name } = objectAt(body, 'body');
    return optionList(choices(optionalTextAt(metric, 'metric') ?? '', optionalTextAt(name, 'name') ?? ''));
  });
  post('/query', (body, request) => answerPanel(road, body, goneSignal(request)));
  post('/variable', async (body, request) => {
    const { payload } = objectAt(body, 'body');
    const values = await variableOf(optionalObjectAt(payload, 'payload'), goneSignal(request));
    return values.map((value) => ({ __text: value, __value: value }));
  });
  post('/tag-keys', () => dimensionNames().map((text) => ({ type: 'string', text })));
  post('/tag-values', (body) => {
    const key = optionalTextAt(objectAt(body, 'body')['key'], 'key') ?? '';
    if (!dimensionNames().includes(key))
      throw invalidParameter('key', `No metric has a dimension ${key}.`, dimensionNames());
    const metrics = road.catalogue.metrics.filter((metric) =>
      openDimensions(metric).some(({ name }) => name === key),
    );
    const values = metrics.flatMap((metric) => choices(metric.name, key));
    return [...new Set(values)].map((text) => ({ text }));
  });

  function choices(metric: string, name: string): string[] {
    return optionsOf(metricIn(road.catalogue, metric, 'metric'), name, (one) => road.watch.stateOf(one));
  }

  /**
   * Returns the values of a variable. It is `metrics`, or the values of a metric's dimension:
   * `unique-devices/project`. Titles and the like can be narrowed by a prefix and by values of other
   * dimensions: `pageviews-per-article/article?project=en.wikipedia&prefix=Moon`.
   */
  async function variableOf(
    { target, metric, name }: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<string[]> {
    const [text, query] = optionalTextAt(target, 'payload.target')?.split('?', 2) ?? [];
    if (text === 'metrics') return [...road.catalogue.byName.keys()];
    const [of = '', what = ''] = text?.split('/') ?? [
      optionalTextAt(metric, 'payload.metric'),
      optionalTextAt(name, 'payload.name'),
    ];
    if (of === '' || what === '') {
      throw invalidParameter('payload', 'Name metrics, or a dimension as METRIC/DIMENSION.', [
        'metrics',
        ...road.catalogue.metrics.flatMap((one) => payloadNames(one).map((field) => `${one.name}/${field}`)),
      ]);
    }
    const { dimensions, scope } = metricIn(road.catalogue, of, 'metric');
    const dimension = dimensions.find((one) => one.name === what);
    const isKnown = !dimension || dimension.values !== undefined || scope.includes(what);
    if (isKnown && query === undefined) return choices(of, what);
    const asked = valuesAsked(
      road,
      { name: of, dimension: what },
      Object.fromEntries(new URLSearchParams(query)),
    );
    return valuesOf(await dimensionValues(road, { ...asked, limit: MAX_VALUES }, signal));
  }

  function dimensionNames(): string[] {
    const names = road.catalogue.metrics.flatMap((metric) => openDimensions(metric).map(({ name }) => name));
    return [...new Set(names)];
  }
}
