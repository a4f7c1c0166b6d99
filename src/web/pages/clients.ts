import { firstMeasure } from '../../formats/chart/chart.ts';
import { rowFields, timestampName } from '../../core/metric/item-fields.ts';
import { codeBlock } from '../code.ts';
import type { Example } from '../../read/examples.ts';
import { html, type Part } from '../html.ts';
import { curl } from '../snippets/curl.ts';
import { javascript } from '../snippets/javascript.ts';
import { python } from '../snippets/python.ts';
import { r } from '../snippets/r.ts';
import type { SnippetQuestion } from '../snippets/snippet.ts';
import type { DocsPage } from './docs-frame.ts';

/**
 * One question in many languages.
 * @param base the address of this instance, without a trailing slash
 * @param example a question with an answer; undefined if nothing is loaded
 */
export function clientsPage(base: string, example: Example | undefined): DocsPage {
  return {
    title: 'Clients',
    description: 'How to use Kraken from curl, JavaScript, Python, R, spreadsheets, Grafana and Observable.',
    path: '/docs/clients',
    main: html`<h1>Clients</h1>
      <p class="lead">
        There is nothing to install, and you need no key: any program that can open a URL can use Kraken.
        ${example && html`All examples request <a href="/docs/${example.metric.name}">${example.metric.title}</a>.`}
      </p>
      ${example ? snippetsOf(base, example) : html`<p class="note">Nothing is loaded on this instance yet.</p>`}
      <h2 id="manners">Good manners</h2>
      <ul>
        <li>Say who you are in the <code>User-Agent</code> header, with a way to reach you.</li>
        <li>
          Request several values at once, <code>Berlin%7CParis</code>, instead of one by one; GraphQL takes
          whole lists.
        </li>
        <li>
          Cache answers as long as <code>Cache-Control</code> allows, and send their <code>ETag</code> back in
          <code>If-None-Match</code>. If the answer has not changed, you get 304 without a body.
        </li>
        <li>If the answer is 503 or 429, wait as long as <code>Retry-After</code> says.</li>
      </ul>`,
  };
}

function snippetsOf(base: string, { metric, path }: Example): Part {
  const url = `${base}/metrics${path}`;
  const measure = firstMeasure(metric);
  const question: SnippetQuestion = {
    title: metric.title,
    url,
    csv: `${url}.csv`,
    rows: 'items',
    time: rowFields(metric).includes('timestamp') ? timestampName(metric) : undefined,
    measure,
    by: [],
    isLive: false,
  };
  return html`<h2 id="curl">curl</h2>
    ${codeBlock(curl.text(question) ?? '')}
    <h2 id="javascript">JavaScript</h2>
    <p>In a browser, Node, Deno or Bun. Any web page may read the answers (CORS).</p>
    ${codeBlock(javascript.text(question) ?? '')}
    <h2 id="python">Python</h2>
    <p>
      With pandas, as a data frame. The options make only empty cells missing values, because
      <code>NA</code> is Namibia and <code>nan</code> a language.
    </p>
    ${codeBlock(python.text(question) ?? '')}
    <p>Without pandas:</p>
    ${codeBlock(`import json
from urllib.request import Request, urlopen

request = Request('${url}', headers={'User-Agent': 'me@example.org'})
print(json.load(urlopen(request)))`)}
    <h2 id="r">R</h2>
    ${codeBlock(r.text(question) ?? '')}
    <h2 id="spreadsheets">Google Sheets, LibreOffice, Excel</h2>
    <p>In Google Sheets, write this into a cell. In the others, open the same URL as external data.</p>
    ${codeBlock(`=IMPORTDATA("${url}.csv")`)}
    <h2 id="grafana">Grafana</h2>
    <p>
      Add a data source of the type <em>JSON</em> (the plugin <code>simpod-json-datasource</code>) with this
      URL, and choose a metric and its dimensions in the panel:
    </p>
    ${codeBlock(`${base}/grafana`)}
    <p>
      The plugin <em>Infinity</em> reads the CSV directly, with <code>timestamp</code> as the time column:
    </p>
    ${codeBlock(`${url}.csv`)}
    <h2 id="observable">Observable</h2>
    ${codeBlock(`const rows = await d3.csv("${url}.csv", d3.autoType);
display(Plot.lineY(rows, {x: "timestamp", y: "${measure}"}).plot());`)}`;
}
