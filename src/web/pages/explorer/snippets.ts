import { queryTextOf } from '../../../formats/graphql-query.ts';
import { rowFields, timestampName } from '../../../core/metric/item-fields.ts';
import type { Format } from '../../../formats/form.ts';
import { ALL_FORMATS, type FormatName } from '../../../formats/formats.ts';
import { DEFAULT_THEME } from '../../../formats/chart/style.ts';
import type { PictureOptions } from '../../../formats/picture-options.ts';
import { COUNTER_SIZE, frameCode } from '../../frame-code.ts';
import { html, type Html } from '../../html.ts';
import { isLive, pathIn, questionIn, urlOf, type ExplorerState } from './state.ts';

/** A text that asks the shown question elsewhere. */
export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** How to change the text. */
  readonly hint?: Html;
}

/** The options that make only empty cells missing values for pandas: `NA` is Namibia and `NaN` an article. */
const MISSING = ', keep_default_na=False, na_values=[""]';

/** Returns the query of a file's URL. @param options the options of a picture */
function fileQuery({ isSaved }: Format, name: FormatName, options: string, live: string): string {
  // With `download`, titles can't become formulas in a spreadsheet.
  const all = [isSaved === true ? 'download' : name === 'svg' ? options : '', live];
  const query = all.filter((one) => one !== '').join('&');
  return query === '' ? '' : `?${query}`;
}

/**
 * Returns texts to copy that ask the shown question elsewhere.
 * @param base the public base URL, without a trailing slash
 */
export function snippetsOf(state: ExplorerState, base: string): Snippet[] {
  const path = pathIn(state);
  const live = state.live ? '?live=true' : '';
  const url = `${base}/metrics${path}`;
  const { metric } = state;
  const dates = rowFields(metric).includes('timestamp') ? `, parse_dates=["${timestampName(metric)}"]` : '';
  return [
    isLive(state)
      ? {
          id: 'curl',
          title: 'curl',
          text: `curl -N -H 'Accept: text/event-stream' '${url}${live}'`,
          hint: html`Each change comes as it happens: <a href="/docs/guides/streaming">streaming</a>.`,
        }
      : { id: 'curl', title: 'curl', text: `curl '${url}'` },
    {
      id: 'python',
      title: 'Python',
      text: `import pandas as pd\ndata = pd.read_csv("${url}.csv${live}"${MISSING}${dates})`,
    },
    {
      id: 'javascript',
      title: 'JavaScript',
      text: `const response = await fetch("${url}${live}");\nconst { items } = await response.json();`,
    },
    {
      id: 'embed',
      title: 'Embed',
      text: frameCode(`${base}/embed${path}?${pictureQuery(state, { theme: DEFAULT_THEME })}`, metric.title),
      hint: html`Use <code>theme=dark</code> for a dark page; <code>theme=auto</code> follows each reader’s
        system.`,
    },
    ...(isLive(state) && metric.shape.kind === 'series'
      ? [
          {
            id: 'counter',
            title: 'Embed the number',
            text: frameCode(
              `${base}/embed/live${path}?${pictureQuery(state, { theme: DEFAULT_THEME })}`,
              metric.title,
              COUNTER_SIZE,
            ),
          },
        ]
      : []),
    { id: 'graphql', title: 'GraphQL', text: queryTextOf(metric, questionIn(state)).trimEnd() },
  ];
}

/** Renders the files, addresses and texts to copy of the shown question. */
export function takeaway(state: ExplorerState, base: string): Html {
  const path = `/metrics${pathIn(state)}`;
  const options = pictureQuery(state);
  const live = state.live ? 'live=true' : '';
  const rest = live === '' ? path : `${path}?${live}`;
  const permalink = urlOf(state);
  return html`<section class="takeaway" aria-labelledby="takeaway">
    <h2 id="takeaway">Take it with you</h2>
    <ul class="files" aria-label="Files">
      ${ALL_FORMATS.map(
        ([name, format]) =>
          html`<li>
            <a
              id="${name}"
              href="${path}${format.suffix}${fileQuery(format, name, options, live)}"
              ${format.isSaved === true && html`download`}
              >${format.label}</a
            >
          </li>`,
      )}
    </ul>
    <dl class="addresses">
      ${address('permalink', 'Permalink', base + permalink, permalink)}
      ${address('rest', 'REST', base + rest, rest)}
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

/** Returns the options of a picture: the measure, unless it is the metric's first, and others. */
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

/** Renders a button that copies the text of an element. It is hidden without a script. */
function copyButton(id: string, label: string): Html {
  return html`<button type="button" class="copy" id="copy-${id}" data-copy="${id}" aria-label="Copy ${label}">
    Copy
  </button>`;
}
