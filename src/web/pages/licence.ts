import type { Catalogue } from '../../core/metric/catalogue.ts';
import { licenceOf, type Metric } from '../../core/metric/metric.ts';
import { grouped } from '../grouped.ts';
import { html, type Html } from '../html.ts';
import type { DocsPage } from './docs-frame.ts';
import { table } from './metric-tables.ts';
import { licenceLink } from './metric.ts';

/** The licence of the numbers, their sources, what is never published, and the privacy of visitors. */
export function licencePage({ metrics }: Catalogue): DocsPage {
  const licences = grouped(metrics, licenceOf);
  return {
    title: 'Licence and privacy',
    description: 'What you may do with the numbers, where they come from, and what is never published.',
    path: '/docs/licence',
    main: html`<h1>Licence and privacy</h1>
      <h2 id="licence">Licence of the data</h2>
      ${licences.map(
        ([licence, those]) =>
          html`<p>
            ${those.length === metrics.length ? 'All metrics are' : [linksOf(those), those.length > 1 ? ' are' : ' is']}
            under
            ${licenceLink(licence)}${
              licence === 'CC0-1.0'
                ? ': you may use the numbers for anything, without asking. Please name their source, which helps others.'
                : '.'
            }
          </p>`,
      )}
      <p>
        The licence of each metric is on its page, and in the <code>.metadata.json</code> of every answer.
      </p>
      <h2 id="sources">Sources</h2>
      ${table(
        ['Source', 'Metrics'],
        grouped(metrics, ({ source, owner }) => (owner ? `${source} (${owner})` : source)).map(
          ([source, those]) => [source, linksOf(those)],
        ),
      )}
      <p>AQS is Wikimedia’s Analytics API. “AQS: …” names its service that defines the metric.</p>
      <h2 id="withheld">What is never published</h2>
      <p>
        Kraken has only counts, and no data about single readers. Editors with an account have the names that
        the wikis show; other editors are never named. A count that could reveal something about a person is
        rounded or left out, both when data is imported and when it is answered:
      </p>
      ${withheldTable(metrics)}
      <h2 id="visitors">You, when you visit</h2>
      <p>
        These pages set no cookies. Scripts, styles and pictures come only from this server, so no other site
        learns that you were here. Only the GraphQL console stores something in your browser: what you typed
        there. The operator of this instance may log requests.
      </p>`,
  };
}

function withheldTable(metrics: readonly Metric[]): Html {
  const rows = metrics.flatMap((metric) => {
    const rules = [
      ...Object.entries(metric.measures).flatMap(([name, { least, roundUpTo }]) => [
        ...(roundUpTo === undefined ? [] : [`${name} rounded up to a multiple of ${roundUpTo}`]),
        ...(least === undefined ? [] : [`rows with fewer than ${least} left out`]),
      ]),
      ...[...metric.dimensions, ...(metric.shape.kind === 'top' ? metric.shape.entry : [])].flatMap(
        ({ name, withheld }) => (withheld ? [`${withheld.size} values of ${name} left out`] : []),
      ),
    ];
    return rules.length === 0 ? [] : [[linksOf([metric]), rules.join('; ')]];
  });
  return rows.length === 0 ? html`<p>No metric has such a rule.</p>` : table(['Metric', 'Rule'], rows);
}

function linksOf(metrics: readonly Metric[]): Html {
  return html`${metrics.map(({ name, title }, i) => html`${i > 0 && ', '}<a href="/docs/${name}">${title}</a>`)}`;
}
