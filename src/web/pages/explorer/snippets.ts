import { queryTextOf } from '../../../api/graphql/query-text.ts';
import { rowFields, timestampName } from '../../../core/item-fields.ts';
import { FORMS, type FormName } from '../../../formats/forms.ts';
import { html, type Html } from '../../html.ts';
import { pathIn, questionIn, urlOf, type ExplorerState } from './state.ts';

/** One way to ask for what is shown. */
export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** What pandas has to be told: only an empty cell is missing, while `NA` is Namibia and `NaN` an article. */
const MISSING = ', keep_default_na=False, na_values=[""]';

/** What is offered as a file, in the order of use. */
const FILES: readonly [FormName, string][] = [
  ['csv', 'CSV'],
  ['tsv', 'TSV'],
  ['ndjson', 'NDJSON'],
  ['json', 'JSON'],
  ['svg', 'SVG picture'],
  ['metadata', 'Metadata'],
];

/** What a browser saves rather than shows. The option also keeps titles from being formulas in a spreadsheet. */
const SAVED: readonly FormName[] = ['csv', 'tsv', 'ndjson'];

/**
 * What is shown, as texts to be copied.
 * @param base the public base URL, without a slash at its end
 */
export function snippetsOf(state: ExplorerState, base: string): Snippet[] {
  const path = pathIn(state);
  const url = `${base}/metrics${path}`;
  const { metric } = state;
  const dates = rowFields(metric).includes('timestamp') ? `, parse_dates=["${timestampName(metric)}"]` : '';
  return [
    { id: 'curl', title: 'curl', text: `curl '${url}'` },
    {
      id: 'python',
      title: 'Python',
      text: `import pandas as pd\ndata = pd.read_csv("${url}.csv"${MISSING}${dates})`,
    },
    {
      id: 'javascript',
      title: 'JavaScript',
      text: `const response = await fetch("${url}");\nconst { items } = await response.json();`,
    },
    {
      id: 'embed',
      title: 'Embed',
      text: frameOf(`${base}/embed${path}${measureQuery(state)}`, metric.title),
    },
    { id: 'graphql', title: 'GraphQL', text: queryTextOf(metric, questionIn(state)).trimEnd() },
  ];
}

function frameOf(url: string, title: string): string {
  const attributes = html`src="${url}" width="720" height="420" title="${title}"`;
  return `<iframe ${attributes.text}></iframe>`;
}

/** All that can be taken along: files, addresses, and how to ask again from elsewhere. */
export function takeaway(state: ExplorerState, base: string): Html {
  const path = `/metrics${pathIn(state)}`;
  const measure = measureQuery(state);
  const permalink = urlOf(state);
  return html`<section class="takeaway" aria-labelledby="takeaway">
    <h2 id="takeaway">Take it with you</h2>
    <ul class="files" aria-label="Files">
      ${FILES.map(
        ([form, label]) =>
          html`<li>
            <a
              id="${form}"
              href="${path}${FORMS[form].suffix}${form === 'svg' && measure}${SAVED.includes(form) && '?download'}"
              ${SAVED.includes(form) && html`download`}
              >${label}</a
            >
          </li>`,
      )}
    </ul>
    <dl class="addresses">
      ${address('permalink', 'Permalink', base + permalink, permalink)}
      ${address('rest', 'REST', base + path, path)}
    </dl>
    <div class="snippets">
      ${snippetsOf(state, base).map(
        ({ id, title, text }) =>
          html`<section class="snippet" aria-labelledby="${id}-title">
            <h3 id="${id}-title">${title}</h3>
            ${copyButton(id, title)}
            <pre id="${id}" tabindex="0"><code>${text}</code></pre>
          </section>`,
      )}
    </div>
  </section>`;
}

/** What pictures are told where the measure isn't the metric's first. */
function measureQuery({ metric, measure }: ExplorerState): string {
  return Object.keys(metric.measures)[0] === measure ? '' : `?measure=${encodeURIComponent(measure)}`;
}

function address(id: string, label: string, url: string, href: string): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd><a id="${id}" href="${href}">${url}</a> ${copyButton(id, label)}</dd>
  </div>`;
}

/** It copies the text of the element of this id; without a script it isn't shown. */
function copyButton(id: string, label: string): Html {
  return html`<button type="button" class="copy" id="copy-${id}" data-copy="${id}" aria-label="Copy ${label}">
    Copy
  </button>`;
}
