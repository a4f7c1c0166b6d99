import type { Dimension } from '../../core/metric/dimension.ts';
import { dimensionOf, type Metric } from '../../core/metric/metric.ts';
import { invalidParameter } from '../../core/problem.ts';
import { type TableState, loadedValues } from '../../core/time/table-state.ts';
import { AUTO, grainsOf, payloadNames, SHOWN } from './payload.ts';
import { own } from '../../core/value/named.ts';

interface Option {
  readonly label: string;
  readonly value: string;
}

interface PayloadField {
  readonly name: string;
  readonly label: string;
  readonly type: 'select' | 'multi-select' | 'input';
  readonly placeholder: string;
  readonly options?: readonly Option[];
}

/** A metric in the query editor. */
export interface GrafanaMetric {
  readonly label: string;
  readonly value: string;
  readonly payloads: readonly PayloadField[];
}

/** The maximum number of suggested values. */
const MAX_OPTIONS = 2000;

/** Returns a metric for the query editor, with a field for each member of its payload. */
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
  granularity: 'the one that fits the panel',
  measure: 'all',
  label: 'the name in the legend',
  show: SHOWN[0],
};

/** Returns the field of a dimension. Fixed values are listed in it; loaded values are requested when the list is opened. */
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
  if (name === 'show') return SHOWN;
  return name === 'measure' ? Object.keys(metric.measures) : undefined;
}

/**
 * Returns the values to offer for a member of a metric's payload: all values of a fixed list; the loaded
 * ones if coverage is kept by this dimension (projects); else those of the metric's examples.
 * @throws Problem if the metric has no such member
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
