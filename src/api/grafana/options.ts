import type { Dimension } from '../../core/metric/dimension.ts';
import { dimensionOf, type Metric } from '../../core/metric/metric.ts';
import { invalidParameter } from '../../core/problem.ts';
import { type TableState, loadedValues } from '../../core/time/table-state.ts';
import { AUTO, grainsOf, payloadNames } from './payload.ts';
import { own } from '../../core/value/named.ts';

/** A choice in a list. */
interface Option {
  readonly label: string;
  readonly value: string;
}

/** A field of the query editor. */
interface PayloadField {
  readonly name: string;
  readonly label: string;
  readonly type: 'select' | 'multi-select' | 'input';
  readonly placeholder: string;
  readonly options?: readonly Option[];
}

/** A metric as the query editor offers it. */
export interface GrafanaMetric {
  readonly label: string;
  readonly value: string;
  readonly payloads: readonly PayloadField[];
}

/** The most values that are suggested. */
const MAX_OPTIONS = 2000;

/** A metric, with a field for each dimension and for what else its payload may have. */
export function grafanaMetric(metric: Metric): GrafanaMetric {
  const payloads = payloadNames(metric).map((name): PayloadField => {
    const dimension = dimensionOf(metric, name);
    if (dimension) return dimensionField(metric, dimension);
    const field = { name, label: name, placeholder: own(PLACEHOLDERS, name) ?? '' };
    return name === 'label'
      ? { ...field, type: 'input' }
      : {
          ...field,
          type: name === 'measure' ? 'multi-select' : 'select',
          options: optionList(closedOptions(metric, name) ?? []),
        };
  });
  return { label: metric.title, value: metric.name, payloads };
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  granularity: 'what suits the panel',
  measure: 'all',
  label: 'the name in the legend',
};

/** Lists for what is chosen among known values; what is loaded is asked for when a list is opened. */
function dimensionField(metric: Metric, dimension: Dimension): PayloadField {
  const { name, total, example } = dimension;
  const field = { name, label: name, placeholder: total ?? `for example ${example}` };
  const options = closedOptions(metric, name);
  if (options) return { ...field, type: 'multi-select', options: optionList(options) };
  return { ...field, type: metric.scope.includes(name) ? 'multi-select' : 'input' };
}

function closedOptions(metric: Metric, name: string): readonly string[] | undefined {
  const dimension = dimensionOf(metric, name);
  if (dimension) return dimension.values;
  if (name === 'granularity') return [AUTO, ...grainsOf(metric)];
  return name === 'measure' ? Object.keys(metric.measures) : undefined;
}

/**
 * The values to offer for a member of a metric's payload: all there are where they are a closed list,
 * those that were loaded where data comes in by them (projects), else those of the examples.
 * @throws Problem where the metric has no such member
 */
export function optionsOf(metric: Metric, name: string, stateOf: (metric: Metric) => TableState): string[] {
  if (!payloadNames(metric).includes(name))
    throw invalidParameter('name', `${metric.name} has no ${name}.`, payloadNames(metric));
  const values = closedOptions(metric, name) ?? loadedOptions(metric, name, stateOf);
  return [...new Set(values)].slice(0, MAX_OPTIONS);
}

function loadedOptions(metric: Metric, name: string, stateOf: (metric: Metric) => TableState): string[] {
  const place = metric.scope.indexOf(name);
  if (place < 0) return metric.examples.flatMap((example) => own(example, name) ?? []);
  const { withheld } = dimensionOf(metric, name) ?? {};
  return [...loadedValues(stateOf(metric), place)].filter((value) => !withheld?.has(value)).sort();
}

export function optionList(values: readonly string[]): Option[] {
  return values.map((value) => ({ label: value, value }));
}
