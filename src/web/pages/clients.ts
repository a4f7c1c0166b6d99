import { codeBlock } from '../code.ts';
import type { Example } from '../examples.ts';
import { html, type Part } from '../html.ts';
import type { DocsPage } from './docs-frame.ts';

/**
 * One question in many languages.
 * @param base the address of this instance, without a slash at its end
 * @param example a question that has an answer here; undefined where nothing is loaded
 */
export function clientsPage(base: string, example: Example | undefined): DocsPage {
  return {
    title: 'Clients',
    description: 'How to ask from curl, JavaScript, Python, R, spreadsheets, Grafana and Observable.',
    path: '/docs/clients',
    main: html`<h1>Clients</h1>
      <p class="lead">
        There is nothing to install and no key to ask for: whatever can open a URL can read Kraken.
        ${example && html`All of these ask for <a href="/docs/${example.metric.name}">${example.metric.title}</a>.`}
      </p>
      ${example ? snippetsOf(base, example) : html`<p class="note">Nothing is loaded on this instance yet.</p>`}
      <h2 id="manners">Good manners</h2>
      <ul>
        <li>Say who you are in the <code>User-Agent</code> header, with a way to reach you.</li>
        <li>
          Ask for several values at once, <code>Berlin%7CParis</code>, rather than in as many requests;
          GraphQL takes whole lists.
        </li>
        <li>
          Keep answers as long as <code>Cache-Control</code> allows, and send their <code>ETag</code> back in
          <code>If-None-Match</code>: what did not change is answered with 304 and no body.
        </li>
        <li>When the answer is 503 or 429, wait as long as <code>Retry-After</code> says.</li>
      </ul>`,
  };
}

function snippetsOf(base: string, { metric, path }: Example): Part {
  const url = `${base}/metrics${path}`;
  const measure = Object.keys(metric.measures)[0] as string;
  return html`<h2 id="curl">curl</h2>
    ${codeBlock(`curl '${url}'`)}
    <h2 id="javascript">JavaScript</h2>
    <p>In a browser, Node, Deno or Bun. Any web page may read the answers (CORS).</p>
    ${codeBlock(`const response = await fetch('${url}');
if (!response.ok) throw new Error((await response.json()).detail);
const { items } = await response.json();
console.log(items);`)}
    <h2 id="python">Python</h2>
    <p>
      With pandas, as a data frame. Only an empty cell is a missing value: <code>NA</code> is Namibia, and
      <code>nan</code> a language.
    </p>
    ${codeBlock(`import pandas as pd

frame = pd.read_csv('${url}.csv', keep_default_na=False, na_values=[''],
                    parse_dates=['timestamp'], index_col='timestamp')
frame['${measure}'].plot()`)}
    <p>With nothing but Python:</p>
    ${codeBlock(`import json
from urllib.request import Request, urlopen

request = Request('${url}', headers={'User-Agent': 'me@example.org'})
print(json.load(urlopen(request)))`)}
    <h2 id="r">R</h2>
    ${codeBlock(`rows <- read.csv("${url}.csv", na.strings = "")
rows$timestamp <- as.Date(rows$timestamp)
plot(rows$timestamp, rows[["${measure}"]], type = "l")`)}
    <h2 id="spreadsheets">Google Sheets, LibreOffice, Excel</h2>
    <p>In a cell of Google Sheets; in the others, open the same URL as external data.</p>
    ${codeBlock(`=IMPORTDATA("${url}.csv")`)}
    <h2 id="grafana">Grafana</h2>
    <p>
      Add a data source of the type <em>JSON</em> (the plugin <code>simpod-json-datasource</code>) with this
      URL, and choose metric and dimensions in the panel:
    </p>
    ${codeBlock(`${base}/grafana`)}
    <p>
      The plugin <em>Infinity</em> reads the CSV as it is, with <code>timestamp</code> as the time column:
    </p>
    ${codeBlock(`${url}.csv`)}
    <h2 id="observable">Observable</h2>
    ${codeBlock(`const rows = await d3.csv("${url}.csv", d3.autoType);
display(Plot.lineY(rows, {x: "timestamp", y: "${measure}"}).plot());`)}`;
}
