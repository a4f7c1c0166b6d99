import { exampleUrl } from '../api/catalogue/catalogue.ts';
import { caveatsOf } from '../core/metric/caveats.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Metric } from '../core/metric/metric.ts';
import { grainOfPath } from '../core/metric/path-parameters.ts';
import { GRAINS } from '../core/time/time.ts';

/** Returns docs/metrics.md, which describes every metric in Markdown. */
export function metricsPage(catalogue: Catalogue): string {
  const head = [
    '# The metrics',
    '',
    'This page is printed from the declarations in `src/metrics/` by `npm run contract`. `/catalogue` lists the loaded data of each metric.',
  ];
  return `${[...head, ...catalogue.metrics.flatMap(sectionOf)].join('\n')}\n`;
}

function sectionOf(metric: Metric): string[] {
  const { range, grains, shape } = metric;
  const only = grainOfPath(metric);
  const granularities = only ? [only] : GRAINS.filter((grain) => grains[grain]);
  const period =
    shape.kind === 'top'
      ? `One ranked list per ${grains.daily ? 'day' : 'month'}${grains.daily && grains.monthly ? ', and one per month (`all-days`)' : ''}, with the best ${shape.limit}.`
      : `${granularities.map((grain) => `\`${grain}\``).join(', ')}; ${range.start ? 'the start is not included, ' : ''}the end is ${range.end === 'inclusive' ? 'included' : 'not included'}${range.hour ? ', start and end are YYYYMMDDHH' : ''}.`;
  return [
    '',
    `## \`${metric.name}\``,
    '',
    `${metric.title}. ${metric.doc} (${metric.source})`,
    '',
    `\`/metrics${metric.path}\``,
    '',
    period,
    '',
    '| | | takes |',
    '| --- | --- | --- |',
    ...metric.dimensions.map(({ name, doc, allowed }) => `| \`${name}\` | ${doc} | ${allowed} |`),
    ...Object.entries(metric.measures).map(([name, { doc, unit, additive, kind }]) => {
      const adds = additive ? '' : ' Does not add up over time or values.';
      return `| \`${name}\` | ${doc}${adds} | a ${kind} of ${unit} |`;
    }),
    ...listOf('Caveats', caveatsOf(metric)),
    ...listOf(
      'Examples',
      metric.examples.map((example) => `\`${exampleUrl(metric, example)}\``),
    ),
  ];
}

function listOf(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', `${title}:`, '', ...items.map((item) => `- ${item}`)];
}
