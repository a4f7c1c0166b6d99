import type { Metric } from '../../core/metric/metric.ts';
import { DAY_MS } from '../../core/time/time.ts';
import { isStill, liveInWords, timeOfDay } from '../../formats/chart/live-words.ts';
import { SPARK, sparkPath } from '../../formats/chart/sparkline.ts';
import { numberInWords } from '../../formats/chart/words.ts';
import type { Happening, ViewsNow } from '../../now/now.ts';
import type { StreamLook } from '../../now/stream-looks.ts';
import type { PageLook } from '../../now/view-looks.ts';
import { html, type Html, type Part } from '../html.ts';
import type { Page } from '../page.ts';

/** How many seconds the rate is the mean of. */
const MEAN_S = 10;

/**
 * The page of what happens in this minute.
 * @param pages the metric of the views of pages, for links; undefined with `happening`, where no events are collected
 */
export function nowPage(found?: { readonly happening: Happening; readonly pages: Metric }): Page {
  return {
    title: 'Now',
    description: 'What happens in this minute on the sites that are collected here.',
    place: '/dashboards',
    ...(found && { isLive: true }),
    main: html`<h1>Now</h1>
      ${found ? whole(found.happening, found.pages) : html`<p class="note">This gateway has no log of events.</p>`}
      <p class="hint">The same numbers as a stream, for programs: <a href="/docs/live">live numbers</a>.</p>`,
  };
}

function whole({ atMs, views, streams }: Happening, pages: Metric): Html {
  return html`<div id="now" data-renew data-poll>
    <section id="now-rate" aria-label="Views a second">
      ${typeof views === 'string' ? html`<p class="note">${views}</p>` : rateOf(views, atMs)}
    </section>
    <section id="now-pages" aria-labelledby="pages">
      <h2 id="pages">Top pages of the hour</h2>
      ${typeof views === 'string' ? html`<p class="note">${views}</p>` : pagesTable(views.pages, pages)}
    </section>
    <section id="now-streams" aria-labelledby="streams">
      <h2 id="streams">Streams</h2>
      ${typeof streams === 'string' ? html`<p class="note">${streams}</p>` : streamsTable(streams, atMs)}
    </section>
  </div>`;
}

function rateOf({ asOfMs, seconds }: ViewsNow, atMs: number): Html {
  const newest = seconds.slice(-MEAN_S);
  const mean = newest.reduce((sum, count) => sum + count, 0) / Math.max(newest.length, 1);
  const state = isStill(atMs - asOfMs) ? 'still' : 'live';
  return html`<div class="counter" data-state="${state}" data-as-of="${asOfMs}">
    <p class="counter-number">
      <b>${newest.length === 0 ? '–' : perSecond(mean)}</b>
      <span>views a second, mean of ${MEAN_S} seconds</span>
    </p>
    <svg
      class="spark"
      viewBox="0 0 ${SPARK.width} ${SPARK.height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Views in each second of the last minute, at most ${numberInWords(Math.round(Math.max(0, ...seconds)))}"
    >
      <path d="${sparkPath(seconds)}" />
    </svg>
    <p class="counter-line">
      <span class="counter-dot" aria-hidden="true"></span>
      <span data-said>${liveInWords(state === 'still' ? 'still' : 'once', asOfMs)}</span>
    </p>
  </div>`;
}

function pagesTable(looks: readonly PageLook[], pages: Metric): Html {
  if (looks.length === 0) return html`<p class="note">Nobody viewed a page in this hour yet.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Top pages of the hour">
    <table>
      <thead>
        <tr>
          <th scope="col">Page</th>
          <th scope="col">Site</th>
          <th scope="col" class="number">Views</th>
        </tr>
      </thead>
      <tbody>
        ${looks.map(
          (look) =>
            html`<tr>
              <th scope="row"><a href="${explorerOf(pages, look)}">${look.page}</a></th>
              <td><a href="/sites/${encodeURIComponent(look.project)}?live=true">${look.project}</a></td>
              <td class="number">${numberInWords(look.views)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The explorer with the views of a page, as they grow. */
function explorerOf({ name, dimensions, scope }: Metric, { project, page }: PageLook): string {
  const values = dimensions.map((dimension): [string, string] => {
    if (dimension.name === scope[0]) return [dimension.name, project];
    return [dimension.name, dimension.total ?? page];
  });
  const range = { granularity: 'daily', start: '-30d', end: 'now' };
  const query = new URLSearchParams({ metric: name, ...Object.fromEntries(values), ...range });
  return `/?${query.toString()}`;
}

function streamsTable(looks: readonly StreamLook[], atMs: number): Html {
  if (looks.length === 0) return html`<p class="note">No event was collected yet.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Streams">
    <table>
      <thead>
        <tr>
          <th scope="col">Stream</th>
          <th scope="col" class="number">Last minute</th>
          <th scope="col">Newest event</th>
          <th scope="col">Site</th>
        </tr>
      </thead>
      <tbody>
        ${looks.map(
          ({ name, seconds, newestMs, site }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="number">${numberInWords(Math.round(seconds.reduce((sum, one) => sum + one, 0)))}</td>
              <td>${timeOf(newestMs, atMs)}</td>
              <td>${site ?? '–'}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function timeOf(ms: number | undefined, atMs: number): Part {
  if (ms === undefined) return '–';
  const iso = new Date(ms).toISOString();
  // An event of an earlier day has that day instead.
  const isToday = atMs - ms < DAY_MS && new Date(atMs).getUTCDate() === new Date(ms).getUTCDate();
  return html`<time datetime="${iso}">${isToday ? `${timeOfDay(ms)} UTC` : iso.slice(0, 10)}</time>`;
}

/** A rate with one decimal below ten: `0.4`, `12`. */
function perSecond(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : numberInWords(Math.round(rate));
}
