import { queryTextOf } from '../../../formats/graphql-query.ts';
import { rowFields, timestampName } from '../../../core/metric/item-fields.ts';
import type { Format } from '../../../formats/form.ts';
import { ALL_FORMATS, type FormatName } from '../../../formats/formats.ts';
import { DEFAULT_THEME } from '../../../formats/chart/style.ts';
import type { PictureOptions } from '../../../formats/picture-options.ts';
import { html, type Html } from '../../html.ts';
import { pathIn, questionIn, urlOf, type ExplorerState } from './state.ts';

/** One way to ask for what is shown. */
export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** What can be changed about it. */
  readonly hint?: Html;
}

/** What pandas has to be told: only an empty cell is missing, while `NA` is Namibia and `NaN` an article. */
const MISSING = ', keep_default_na=False, na_values=[""]';

/** What is asked of a file besides its form. @param options those of a picture */
function fileQuery({ isSaved }: Format, name: FormatName, options: string): string {
  // Saving also keeps titles from being formulas in a spreadsheet.
  if (isSaved) return '?download';
  return name === 'svg' && options !== '' ? `?${options}` : '';
}

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
      text: frameOf(`${base}/embed${path}?${pictureQuery(state, { theme: DEFAULT_THEME })}`, metric.title),
      hint: html`For a dark page write <code>theme=dark</code>; <code>theme=auto</code> follows each reader’s
        system.`,
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
  const options = pictureQuery(state);
  const permalink = urlOf(state);
  return html`<section class="takeaway" aria-labelledby="takeaway">
    <h2 id="takeaway">Take it with you</h2>
    <ul class="files" aria-label="Files">
      ${ALL_FORMATS.map(
        ([name, format]) =>
          html`<li>
            <a
              id="${name}"
              href="${path}${format.suffix}${fileQuery(format, name, options)}"
              ${format.isSaved === true && html`download`}
              >${format.label}</a
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
        ({ id, title, text, hint }) =>
          html`<section class="snippet" aria-labelledby="${id}-title">
            <h3 id="${id}-title">${title}</h3>
            ${copyButton(id, title)}
            <pre id="${id}" tabindex="0"><code>${text}</code></pre>
            ${hint && html`<p class="hint">${hint}</p>`}
          </section>`,
      )}
    </div>
  </section>`;
}

/** What a picture is told: the measure where it isn't the metric's first, and what else there is. */
function pictureQuery({ metric, measure }: ExplorerState, others: PictureOptions = {}): string {
  const isFirst = Object.keys(metric.measures)[0] === measure;
  return new URLSearchParams({ ...(isFirst ? {} : { measure }), ...others }).toString();
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
