import { rowFields, timestampName } from '../../../core/metric/item-fields.ts';
import type { Format } from '../../../formats/form.ts';
import { ALL_FORMATS, type FormatName } from '../../../formats/formats.ts';
import { DEFAULT_THEME } from '../../../formats/chart/style.ts';
import type { PictureOptions } from '../../../formats/picture-options.ts';
import { html, type Html } from '../../html.ts';
import type { SnippetQuestion } from '../../snippets/snippet.ts';
import { snippetsOf } from '../../snippets/snippets.ts';
import type { AskedAnalysis } from './analysis.ts';
import { parametersOf } from './analysis-query.ts';
import { isLive, pathIn, questionIn, urlOf, type ExplorerState } from './state.ts';

/** Returns the query of a file's URL. @param options the options of a picture */
function fileQuery({ isSaved }: Format, name: FormatName, options: string, live: string): string {
  // With `download`, titles can't become formulas in a spreadsheet.
  const all = [isSaved === true ? 'download' : name === 'svg' ? options : '', live];
  const query = all.filter((one) => one !== '').join('&');
  return query === '' ? '' : `?${query}`;
}

/** What the texts to copy need besides the state. */
export interface Takeaway {
  /** The public base URL, without a trailing slash. */
  readonly base: string;
  readonly title: string;
  readonly sql: string | undefined;
}

/** The shown question of a metric's path, for texts to copy. */
function pathSnippets(state: ExplorerState, { base, title, sql }: Takeaway): SnippetQuestion {
  const { metric, measure } = state;
  const path = pathIn(state);
  const live = state.live ? '?live=true' : '';
  const url = `${base}/metrics${path}`;
  const look = pictureQuery(state, { theme: DEFAULT_THEME });
  const isCounted = isLive(state) && metric.shape.kind === 'series';
  return {
    title,
    url: url + live,
    csv: `${url}.csv${live}`,
    rows: 'items',
    time: rowFields(metric).includes('timestamp') ? timestampName(metric) : undefined,
    measure,
    by: [],
    isLive: isLive(state),
    sql,
    path: {
      metric,
      question: questionIn(state),
      frame: `${base}/embed${path}?${look}`,
      counter: isCounted ? `${base}/embed/live${path}?${look}` : undefined,
    },
  };
}

/** Renders the files, addresses and texts to copy of an analysis. */
export function takeawayOfAnalysis(
  state: ExplorerState,
  { text }: AskedAnalysis,
  { base, title, sql }: Takeaway,
): Html {
  const query = `/query?${parametersOf(text).toString().replaceAll("'", '%27')}`;
  const csv = `${query}&format=csv`;
  const files = ALL_FORMATS.filter(([, { renderQuery }]) => renderQuery !== undefined).map(
    ([name, { label, isSaved }]) => ({
      name,
      label,
      isSaved: isSaved === true,
      href: `${query}&format=${name}${isSaved === true ? '&download' : ''}`,
    }),
  );
  const asked = {
    title,
    url: base + query,
    csv: base + csv,
    rows: 'rows',
    time: text.grain === undefined ? undefined : 'timestamp',
    measure: text.measures[0] ?? state.measure,
    by: text.by,
    isLive: false,
    sql,
  } as const;
  return section(
    files,
    [
      address('permalink', 'Permalink', base + urlOf(state), urlOf(state)),
      address('rest', 'REST', base + query, query),
    ],
    asked,
  );
}

/** Renders the files, addresses and texts to copy of the shown question. */
export function takeaway(state: ExplorerState, about: Takeaway): Html {
  const path = `/metrics${pathIn(state)}`;
  const options = pictureQuery(state);
  const live = state.live ? 'live=true' : '';
  const rest = live === '' ? path : `${path}?${live}`;
  const permalink = urlOf(state);
  const files = ALL_FORMATS.map(([name, format]) => ({
    name,
    label: format.label,
    isSaved: format.isSaved === true,
    href: `${path}${format.suffix}${fileQuery(format, name, options, live)}`,
  }));
  const { base } = about;
  return section(
    files,
    [
      address('permalink', 'Permalink', base + permalink, permalink),
      address('rest', 'REST', base + rest, rest),
    ],
    pathSnippets(state, about),
  );
}

interface FileLink {
  readonly name: string;
  readonly label: string;
  readonly href: string;
  /** Whether a browser saves it instead of showing it. */
  readonly isSaved: boolean;
}

function section(files: readonly FileLink[], addresses: readonly Html[], question: SnippetQuestion): Html {
  return html`<section class="takeaway" aria-labelledby="takeaway">
    <h2 id="takeaway">Take it with you</h2>
    <ul class="files" aria-label="Files">
      ${files.map(
        ({ name, label, href, isSaved }) =>
          html`<li><a id="${name}" href="${href}" ${isSaved && html`download`}>${label}</a></li>`,
      )}
    </ul>
    <dl class="addresses">${addresses}</dl>
    <div class="snippets">
      ${snippetsOf(question).map(
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
