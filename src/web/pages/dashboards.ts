import { pathsOf } from '../../core/question/metric-paths.ts';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import type { Dashboard, Graph } from '../../core/metric/dashboard.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { cardOfGraph } from '../card-routes.ts';
import { html, type Html } from '../html.ts';
import { idOf, markdown } from '../markdown.ts';
import type { Page } from '../page.ts';
import { headed, type LivePart, liveOf, renewed } from '../live-part.ts';

/** The list of all dashboards. @param sites the collected sites @param collects whether `/now` has something to tell */
export function dashboardsPage({ dashboards }: Catalogue, sites: readonly string[], collects: boolean): Page {
  return {
    title: 'Dashboards',
    description: 'Graphs that data owners composed.',
    place: '/dashboards',
    main: html`<h1>Dashboards</h1>
      ${collects && html`<p><a href="/now">What happens now</a></p>`}
      ${
        dashboards.size === 0
          ? html`<p class="note">There are no dashboards on this instance yet.</p>`
          : html`<dl class="metrics">
              ${[...dashboards.values()].map(
                ({ id, headline, subhead }) =>
                  html`<dt><a href="/dashboards/${id}">${headline}</a></dt>
                    <dd>${subhead}</dd>`,
              )}
            </dl>`
      }
      ${
        sites.length > 0 &&
        html`<h2 id="sites">Sites</h2>
          <dl class="metrics">
            ${sites.map(
              (site) =>
                html`<dt><a href="/sites/${encodeURIComponent(site)}">${site}</a></dt>
                  <dd>Views, devices and origins of its visitors.</dd>`,
            )}
          </dl>`
      }`,
  };
}

/** A graph of a dashboard's tab, with its picture. Both are undefined if the dashboard names an unknown graph. */
export interface DrawnGraph {
  readonly id: string;
  readonly graph: Graph | undefined;
  readonly figure: Html | undefined;
  /** Where its title leads; by default to the page of the graph. */
  readonly href?: string;
}

/** The page of one site: a graph for each kind of its numbers. */
export function sitePage(site: string, drawn: readonly DrawnGraph[], live: LivePart | undefined): Page {
  return {
    title: site,
    description: `Views, devices and origins of the visitors of ${site}.`,
    place: '/dashboards',
    ...liveOf(live),
    main: html`${headed(html`<h1>${site}</h1>`, live)}
      <p class="lead">People only, without crawlers and other programs.</p>
      ${live?.counter} ${drawn.map((one) => section(one, live))}
      ${drawn.length === 0 && html`<p class="note">No day of this site is over yet.</p>`}`,
  };
}

/** The page of one tab of a dashboard. */
export function dashboardPage(
  dashboard: Dashboard,
  selected: number,
  drawn: readonly DrawnGraph[],
  live: LivePart | undefined,
): Page {
  const { id, headline, subhead = '', tabs } = dashboard;
  const first = drawn.find(({ graph }) => graph);
  return {
    title: headline,
    description: subhead === '' ? headline : subhead,
    ...(first && { picture: cardOfGraph(first.id) }),
    place: '/dashboards',
    ...liveOf(live),
    main: html`${headed(html`<h1>${headline}</h1>`, live)}
    ${subhead !== '' && html`<p class="lead">${subhead}</p>`}
    ${
      tabs.length > 1 &&
      html`<nav class="tabs" aria-label="Tabs">
        ${tabs.map(
          ({ name }, i) =>
            html`<a
              href="/dashboards/${id}${i > 0 && `?tab=${encodeURIComponent(name)}`}"
              ${i === selected && html`aria-current="page"`}
              >${name}</a
            > `,
        )}
      </nav>`
    }
    ${live?.counter} ${drawn.map((one) => section(one, live))}`,
  };
}

function section(
  { id, graph, figure, href = `/graphs/${id}` }: DrawnGraph,
  live: LivePart | undefined,
): Html {
  return html`<section class="graph" id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${graph ? html`<a href="${href}">${graph.title}</a>` : id}</h2>
    ${
      graph
        ? [graph.doc !== undefined && markdown(graph.doc), renewed(`${id}-figure`, figure, live)]
        : html`<p class="note">There is no graph of this name.</p>`
    }
  </section>`;
}

/** The page of one graph, with its metrics and dashboards. */
export function graphPage(
  graph: Graph,
  figure: Html,
  catalogue: Catalogue,
  live: LivePart | undefined,
): Page {
  const { title, doc, data, id } = graph;
  const metrics = new Set(data.flatMap(({ path }) => metricOf(path, catalogue) ?? []));
  const containing = [...catalogue.dashboards.values()].filter(({ tabs }) =>
    tabs.some(({ graphs }) => graphs.includes(id)),
  );
  return {
    title,
    description: title,
    picture: cardOfGraph(id),
    place: '/dashboards',
    ...liveOf(live),
    main: html`${headed(html`<h1 id="${idOf(title)}">${title}</h1>`, live)}
      ${doc !== undefined && markdown(doc)} ${live?.counter}
      <div class="graph">${renewed(`${id}-figure`, figure, live)}</div>
      <dl class="facts">
        ${
          metrics.size > 0 &&
          html`<dt>Metrics</dt>
            <dd>
              ${[...metrics].map((metric, i) => [i > 0 && ', ', html`<a href="/docs/${metric.name}">${metric.title}</a>`])}
            </dd>`
        }
        ${
          containing.length > 0 &&
          html`<dt>Dashboards</dt>
            <dd>
              ${containing.map((dashboard, i) => [i > 0 && ', ', html`<a href="/dashboards/${dashboard.id}">${dashboard.headline}</a>`])}
            </dd>`
        }
      </dl>`,
  };
}

function metricOf(path: string, catalogue: Catalogue): Metric | undefined {
  const target = pathsOf(catalogue).find(path);
  return target?.kind === 'metric' ? target.metric : undefined;
}
