import type { MetricEntry } from '../catalogue/catalogue.ts';
import { describeMetric } from '../catalogue/catalogue.ts';
import type { Metric } from '../../core/metric/metric.ts';
import type { Road } from '../../read/road.ts';
import { mostOf, refuseOthers, textOf } from './arguments.ts';
import type { Json, Tool } from './tool.ts';

const DEFAULT_FOUND = 8;
const MAX_FOUND = 100;
/** A closed list of a dimension's values is cut to so many: `find_values` has them all. */
const MAX_VALUES = 30;

/** How much a word counts, by where it is found. */
const WEIGHTS = { name: 4, title: 4, parts: 2, doc: 1 } as const;

export const findMetric: Tool = {
  name: 'find_metric',
  title: 'Find a metric',
  description:
    'Finds metrics and data sets by words (for instance "unique devices country"), or lists all of them if no words are given. Tells of each what it counts, its dimensions with their allowed values, its measures with units and whether they may be added up, its grains, and the dates that are loaded. Call it first: the other tools need the exact names.',
  inputSchema: () => ({
    type: 'object',
    additionalProperties: false,
    properties: {
      text: { type: 'string', description: 'What the metric is about, in a few English words.' },
      limit: { type: 'integer', minimum: 1, maximum: MAX_FOUND, default: DEFAULT_FOUND },
    },
  }),
  call: (args, { road, base }) => {
    refuseOthers(args, ['text', 'limit']);
    const words = wordsOf(textOf(args, 'text') ?? '');
    const limit = mostOf(args, DEFAULT_FOUND, MAX_FOUND);
    const found = ranked(road, words);
    return Promise.resolve({
      found: found.length,
      metrics: found.slice(0, limit).map((metric) => described(metric, road, base)),
    });
  },
};

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1)
    .map((word) => (word.length > 3 ? word.replace(/s$/, '') : word));
}

/** The metrics that have some of the words, those with most of them first, then those with data; all of them without words. */
function ranked(road: Road, words: readonly string[]): Metric[] {
  return road.catalogue.metrics
    .map((metric) => ({ metric, score: scoreOf(metric, words), isLoaded: isLoaded(road, metric) }))
    .filter(({ score }) => words.length === 0 || score > 0)
    .toSorted((a, b) => b.score - a.score || Number(b.isLoaded) - Number(a.isLoaded))
    .map(({ metric }) => metric);
}

function scoreOf({ name, title, doc, dimensions, measures }: Metric, words: readonly string[]): number {
  const places = {
    name: name.replaceAll('-', ' '),
    title: title.toLowerCase(),
    parts: [...dimensions.map((one) => one.name), ...Object.keys(measures)].join(' ').toLowerCase(),
    doc: doc.toLowerCase(),
  };
  return words.reduce(
    (sum, word) =>
      sum +
      Object.entries(WEIGHTS).reduce(
        (best, [place, weight]) =>
          places[place as keyof typeof places].includes(word) ? Math.max(best, weight) : best,
        0,
      ),
    0,
  );
}

function isLoaded(road: Road, metric: Metric): boolean {
  return road.watch.stateOf(metric).coverage.size > 0;
}

function described(metric: Metric, road: Road, base: string): Json {
  const {
    examples: _examples,
    home: _home,
    limits: _limits,
    dimensions,
    path,
    ...rest
  } = describeMetric(metric, road.watch.stateOf(metric), base, road.budget);
  return { ...rest, dimensions: dimensions.map(shortened), path, page: `${base}/docs/${metric.name}` };
}

function shortened({ values, ...rest }: MetricEntry['dimensions'][number]): Json {
  if (!values) return rest;
  return values.length <= MAX_VALUES
    ? { ...rest, values }
    : { name: rest.name, doc: rest.doc, values: values.slice(0, MAX_VALUES), valuesInAll: values.length };
}
