import { isComplete } from '../../core/time/coverage.ts';
import type { Dimension } from '../../core/metric/dimension.ts';
import type { Metric } from '../../core/metric/metric.ts';
import type { Measure } from '../../core/metric/measure.ts';
import { itemFields, timestampName } from '../../core/metric/item-fields.ts';
import { pathParameters, unaskedDimensions } from '../../core/metric/path-parameters.ts';
import { PROBLEMS, type ProblemCode } from '../../core/problem.ts';
import { coverageOf, type TableState } from '../../core/time/table-state.ts';
import { formatDate, GRAINS } from '../../core/time/time.ts';
import { ALL_DAYS } from '../../core/question/top-period.ts';
import { hullOf } from '../../core/time/coverage.ts';
import { ALL_FORMATS } from '../../formats/formats.ts';
import type { Example } from '../../read/examples.ts';
import { html, type Html, type Part } from '../html.ts';
import { inline } from '../markdown.ts';

/** Lists the dimensions and the range or period, in the order of the path. */
export function parameterTable(metric: Metric): Html {
  const rows = pathParameters(metric).map((name) => {
    const dimension = metric.dimensions.find((known) => known.name === name);
    return dimension ? dimensionRow(dimension) : periodRow(metric, name);
  });
  const unasked = unaskedDimensions(metric).map((dimension) => {
    const [name, doc, takes] = dimensionRow(dimension);
    return [name, doc, html`not a parameter: answers have all values, ${takes}`];
  });
  return table(['Parameter', 'What it is', 'Takes'], [...rows, ...unasked]);
}

function dimensionRow({ name, doc, values, total, allowed }: Dimension): readonly Part[] {
  const takes = values
    ? values.map((value, i) => html`${i > 0 && ', '}<code>${value}</code>`)
    : inline(allowed);
  return [
    html`<code>${name}</code>`,
    inline(doc),
    html`${takes}${total !== undefined && html`. <code>${total}</code> stands for all values together.`}`,
  ];
}

const PERIOD_DOCS: Readonly<Record<string, string>> = {
  granularity: 'The unit of time of the rows.',
  start: 'The start of the range.',
  end: 'The end of the range.',
  year: 'The year of the list.',
  month: 'The month of the list.',
  day: 'The day of the list.',
};

function periodRow({ grains }: Metric, name: string): readonly Part[] {
  const takes =
    name === 'granularity'
      ? GRAINS.filter((grain) => grains[grain]).map((grain, i) => html`${i > 0 && ', '}<code>${grain}</code>`)
      : name === 'day'
        ? [
            grains.daily && html`<code>DD</code>`,
            grains.daily && grains.monthly && ', ',
            grains.monthly && html`<code>${ALL_DAYS}</code>`,
          ]
        : name === 'year'
          ? html`<code>YYYY</code>`
          : name === 'month'
            ? html`<code>MM</code>`
            : 'a date, see below';
  return [html`<code>${name}</code>`, PERIOD_DOCS[name], takes];
}

/** Lists the fields of an item, and its measures. */
export function measureTable(metric: Metric): Html {
  const fields = itemFields(metric, true).map(
    (name, i) => html`${i > 0 && ', '}<code>${name === 'timestamp' ? timestampName(metric) : name}</code>`,
  );
  const rows = Object.entries(metric.measures).map(([name, measure]) => [
    html`<code>${name}</code>`,
    inline(measure.doc),
    KINDS[measure.kind],
    measure.unit,
    measure.additive ? 'yes' : 'no',
  ]);
  return html`<p>A row has ${fields}.</p>
    ${table(['Measure', 'What it is', 'Kind', 'Unit', 'Adds up'], rows)}`;
}

const KINDS: Readonly<Record<Measure['kind'], string>> = {
  count: 'whole number',
  difference: 'whole number, may be negative',
  decimal: 'number',
};

/** Lists what is loaded, by granularity. */
export function coverageTable(metric: Metric, state: TableState, base: string): Html {
  const rows = GRAINS.flatMap((grain) => {
    const scopes = state.coverage.get(grain);
    const hull = hullOf(coverageOf(state, grain, undefined));
    if (!scopes || !hull) return [];
    const whole = [...scopes.values()].filter((coverage) => isComplete(coverage, hull.last)).length;
    return [
      [
        grain,
        formatDate(grain, hull.first),
        formatDate(grain, hull.last),
        metric.scope.length > 0 && String(scopes.size),
        whole === 0 ? 'unknown' : whole === scopes.size ? 'yes' : `for ${whole}`,
      ],
    ];
  });
  const what = metric.scope.length > 0 ? `Values of ${metric.scope.join(' and ')}` : '';
  return rows.length === 0
    ? html`<p class="note">
        None of its data is loaded on this instance, so it answers 404 with the reason
        <code>not-loaded</code>.
      </p>`
    : html`${table(['Granularity', 'From', 'To', what, 'Newest period complete'], rows)}
        <p>
          Details by value:
          <a href="/catalogue/${metric.name}"><code>${base}/catalogue/${metric.name}</code></a>
        </p>`;
}

/** Lists the suffixes that a path may have. */
export function formTable({ shape }: Metric, example: Example | undefined): Html {
  const rows = ALL_FORMATS.map(([, { suffix, type, doc }]) => [
    example?.plan
      ? html`<a href="/metrics${example.path}${suffix}"><code>${suffix}</code></a>`
      : html`<code>${suffix}</code>`,
    doc,
    html`<code>${type.split(';')[0]}</code>`,
  ]);
  return html`<p>
      A suffix of the path chooses the format; so does <code>?format=</code>.
      ${
        shape.kind === 'series' &&
        html`Separate several values of a dimension by <code>%7C</code> (the escaped <code>|</code>).
          <code>?sum=</code> with the dimension’s name adds them up. <code>?shape=columns</code> returns one
          array per measure.`
      }
    </p>
    ${table(['Suffix', 'Content', 'Media type'], rows)}`;
}

/** Lists the errors of a metric's paths. */
export function errorTable({ shape, range }: Metric): Html {
  const codes: ProblemCode[] = [
    'invalid-parameter',
    ...(shape.kind === 'series' ? (['invalid-range'] as const) : []),
    'unknown-parameter',
    'too-many-points',
    'not-found',
    ...(range.hourly === 'invalid route' ? (['no-route'] as const) : []),
    'unavailable',
  ];
  const rows = codes.map((code) => [
    html`<code>${code}</code>`,
    String(PROBLEMS[code].status),
    inline(PROBLEMS[code].doc),
  ]);
  return html`<p>
      Every error is <code>application/problem+json</code>. <code>code</code> is for programs and
      <code>detail</code> for people; <code>parameter</code> and <code>allowed</code> say what to correct.
    </p>
    ${table(['Code', 'Status', 'What it means'], rows)}`;
}

/** Renders a table that scrolls if it is too wide. */
export function table(head: readonly string[], rows: readonly (readonly Part[])[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${head[0]}">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
