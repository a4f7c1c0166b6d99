import type { Dimension } from '../core/metric/dimension.ts';
import { type Metric, openDimensions } from '../core/metric/metric.ts';
import { rowFields } from '../core/metric/item-fields.ts';
import { pathParameters } from '../core/metric/path-parameters.ts';
import { nearest, suggestion } from '../core/value/nearest.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { aboutOf } from './own-metric.ts';
import { listedDimension } from './listed-dimension.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import type { DatasetText } from './texts.ts';
import type { Written } from './validate.ts';
import type { Path } from './yaml-file.ts';
import { ownOnly } from '../core/value/named.ts';

/** A metric, and the dimension values that a saved question selects. */
export interface Saved {
  readonly metric: Metric;
  readonly chosen: ReadonlyMap<string, readonly string[]>;
}

/** Members that map the columns of a file. */
const OF_FILES = ['grain', 'date', 'dimensions', 'measures', 'wide', 'missing', 'complete', 'where'] as const;

/**
 * Returns the metric of a saved question. It reads its base's table, with one value of some dimensions and
 * few values of others. It publishes nothing that the base doesn't.
 * @throws MistakesError
 */
export function savedQuestion(
  written: Written<DatasetText>,
  question: NonNullable<DatasetText['question']>,
  known: ReadonlyMap<string, Metric>,
): Saved {
  const { value } = written;
  const base = known.get(question.metric);
  if (!base) {
    const near = nearest(question.metric, known.keys());
    const message = `there is no metric ${question.metric}${near ? suggestion(near) : '; kraken catalogue lists all metrics.'}`;
    throw new MistakesError([written.mistake(['question', 'metric'], message)]);
  }
  const mistakes: Mistake[] = [];
  const wrong = (path: Path, message: string, which?: 'value' | 'key'): void => {
    mistakes.push(written.mistake(path, message, which));
  };
  for (const name of OF_FILES)
    if (value[name] !== undefined)
      wrong([name], `${name} is for the columns of a file, and a question has none.`, 'key');
  const open = openDimensions(base);
  const names = open.map(({ name }) => name);
  const where = new Map<string, readonly string[]>();
  for (const [name, selected] of Object.entries(question.where ?? {})) {
    const path = ['question', 'where', name];
    const dimension = open.find((one) => one.name === name);
    if (!dimension) {
      const near = nearest(name, names);
      wrong(
        path,
        `${base.name} has no dimension ${name}${near ? suggestion(near) : `; it has ${names.join(', ')}.`}`,
        'key',
      );
      continue;
    }
    const texts = typeof selected === 'string' ? [selected] : selected;
    const values = texts.map((text, i) => {
      const one = dimension.normalise(text);
      const refused = one.includes('|') ? "a value can't contain a |." : dimension.refuse(one);
      const refusal =
        refused === undefined || dimension.values || refused.includes(text)
          ? refused
          : `${name} ${text}: ${refused}`;
      const hint = dimension.values ? nearest(one, dimension.values) : undefined;
      if (refusal !== undefined)
        wrong(
          typeof selected === 'string' ? path : [...path, i],
          hint ? `${refusal}${suggestion(hint)}` : refusal,
        );
      else if (dimension.withheld?.has(one)) wrong(path, `${one} is not published.`);
      return one;
    });
    where.set(name, [...new Set(values)]);
  }
  if (mistakes.length > 0) throw new MistakesError(mistakes);
  return { metric: derived(value, base, where), chosen: where };
}

function derived(value: DatasetText, base: Metric, where: ReadonlyMap<string, readonly string[]>): Metric {
  const fixed = ownOnly(base.fixed ?? {});
  for (const [name, [one, ...others]] of where)
    if (one !== undefined && others.length === 0) fixed[name] = one;
  const dimensions = base.dimensions.map((dimension): Dimension => {
    const values = where.get(dimension.name);
    return values && values.length > 1 ? listedDimension(dimension, values, value.dataset) : dimension;
  });
  // Parameters that the base's path leaves out are left out here, too.
  const parameters = pathParameters(base).filter((name) => fixed[name] === undefined);
  const about = aboutOf(value);
  // Its rows are the base's, so nobody makes them for it.
  const { aggregate: _, ...rest } = base;
  return {
    ...rest,
    ...about,
    doc: value.description ?? base.doc,
    source: value.source ?? base.source,
    ...(value.caveats || base.caveats ? { caveats: value.caveats ?? base.caveats ?? [] } : {}),
    path: `/datasets/${about.name}/${parameters.map((name) => `{${name}}`).join('/')}`,
    dimensions,
    ...(Object.keys(fixed).length > 0 ? { fixed } : {}),
    table: tableOf(base).name,
    item: rowFields(base),
    examples: [],
  };
}
