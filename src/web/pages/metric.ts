import { caveatsOf } from '../../core/metric/caveats.ts';
import { docBeside } from '../../core/metric/doc-beside.ts';
import { licenceOf, licenceUrl, type Metric } from '../../core/metric/metric.ts';
import { codeBlock } from '../code.ts';
import type { NamedFile } from '../../downloads/downloads.ts';
import { numberInWords } from '../../formats/chart/words.ts';
import { queryTextOf } from '../../formats/graphql-query.ts';
import type { Example } from '../../read/examples.ts';
import { html, type Html, type Part } from '../html.ts';
import { inline } from '../markdown.ts';
import { rangeWords } from '../range-words.ts';
import type { DocsPage } from './docs-frame.ts';
import { coverageTable, errorTable, formTable, measureTable, parameterTable } from './metric-tables.ts';
import type { TableState } from '../../core/time/table-state.ts';

/** The data of a metric's page. */
export interface MetricView {
  readonly metric: Metric;
  readonly state: TableState;
  /** The address of this instance, without a trailing slash. */
  readonly base: string;
  readonly example: Example | undefined;
  /** The answer to the example: JSON, or a sentence that says why there is none. */
  readonly answer: { readonly json: string } | { readonly sentence: string };
  readonly figure: Part;
  /** Its tables as files. */
  readonly files: readonly NamedFile[];
}

/** The page of a metric, made from its declaration and from what is loaded. */
export function metricPage(view: MetricView): DocsPage {
  const { metric, state, base } = view;
  const { name, title, doc, source, owner } = metric;
  const lead = docBeside(metric);
  return {
    title,
    description: doc,
    path: `/docs/${name}`,
    main: html`<h1>${title}</h1>
      ${lead !== undefined && html`<p class="lead">${inline(lead)}</p>`}
      <dl class="facts">
        <dt>Name</dt>
        <dd><code>${name}</code></dd>
        <dt>Source</dt>
        <dd>${source}</dd>
        ${
          owner !== undefined &&
          html`<dt>Owner</dt>
            <dd>${owner}</dd>`
        }
        <dt>Licence</dt>
        <dd>${licenceLink(licenceOf(metric))}</dd>
      </dl>
      <h2 id="example">Example</h2>
      ${exampleOf(view)}
      <h2 id="request">Request</h2>
      ${codeBlock(`GET /metrics${metric.path}`)} ${parameterTable(metric)}
      <ul>
        ${rangeWords(metric).map((sentence) => html`<li>${inline(sentence)}</li> `)}
      </ul>
      <h2 id="answer">Answer</h2>
      ${measureTable(metric)}
      <h2 id="caveats">Caveats</h2>
      ${caveatList(metric)}
      <h2 id="coverage">Coverage</h2>
      ${coverageTable(metric, state, base)} ${downloadsOf(metric, view.files)}
      <h2 id="forms">Formats</h2>
      ${formTable(metric, view.example)}
      <h2 id="graphql">In GraphQL</h2>
      ${graphqlOf(view)}
      <h2 id="errors">Errors</h2>
      ${errorTable(metric)}`,
  };
}

function exampleOf({ base, example, answer, figure }: MetricView): Part {
  if (!example) return html`<p>This metric has no example.</p>`;
  const url = `${base}/metrics${example.path}`;
  return html`${figure} ${codeBlock(`curl '${url}'`)}
  ${'json' in answer ? codeBlock(answer.json) : html`<p class="note">${answer.sentence}</p>`}
  ${example.plan && html`<p><a href="/metrics${example.path}">Open this request</a></p>`}`;
}

/** The tables of a metric as files: a row for each grain. */
function downloadsOf({ name }: Metric, files: readonly NamedFile[]): Part {
  const pieces = [...new Set(files.map(({ piece }) => piece))];
  if (pieces.length === 0) return false;
  const rows = pieces.map((piece) => {
    const links = files
      .filter((file) => file.piece === piece)
      .map(({ path, format }) => html`<a href="${path}">${format.label}</a> `);
    return html`<li>${piece.name.replace('/', ' ')}, ${numberInWords(piece.rows)} rows: ${links}</li> `;
  });
  return html`<h2 id="downloads">Downloads</h2>
    <p>All rows, for data frames and spreadsheets. DuckDB reads Parquet in place, by its URL.</p>
    <ul>
      ${rows}
    </ul>
    <p>
      <a href="/downloads/${name}/datapackage.json">datapackage.json</a> describes these files and those of
      each month of days and year of months.
    </p>`;
}

function caveatList(metric: Metric): Html {
  const caveats = caveatsOf(metric);
  return caveats.length === 0
    ? html`<p>There are no known caveats.</p>`
    : html`<ul>
        ${caveats.map((caveat) => html`<li>${inline(caveat)}</li> `)}
      </ul>`;
}

function graphqlOf({ metric, example }: MetricView): Part {
  if (!example) return false;
  const text = queryTextOf(metric, example.question);
  return html`${codeBlock(text)}
    <p><a href="/docs/graphiql?query=${encodeURIComponent(text)}">Open it in the GraphQL console</a></p>`;
}

/** Links a licence's SPDX name to its text, if SPDX has it. */
export function licenceLink(licence: string): Html {
  const url = licenceUrl(licence);
  return url === undefined ? html`${licence}` : html`<a href="${url}" rel="license">${licence}</a>`;
}
