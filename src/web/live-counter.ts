import { orGap, PRESENCE, type Answer, type SeriesAnswer } from '../core/question/answer.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { Grain, Ordinal } from '../core/time/time.ts';
import { liveCount } from '../formats/chart/live-count.ts';
import { liveInWords, soFar } from '../formats/chart/live-words.ts';
import { SPARK, sparkPath } from '../formats/chart/sparkline.ts';
import { numberInWords } from '../formats/chart/words.ts';
import { html, type Html, type Part } from './html.ts';

/** A question that has no rows yet. */
export interface Waiting {
  readonly metric: Metric;
  readonly grain: Grain;
  readonly measure: string;
  /** Where it can be followed: `/metrics/…`. */
  readonly url: string;
}

/**
 * A counter of an answer's period under way: its number, a sparkline of all periods, and a line that says as of when
 * it is right. A script makes it tick; without one it shows the numbers of now. An answer of several series, or of
 * lists, has the line alone.
 * @param url where the question can be followed: `/metrics/…`
 */
export function liveCounter(...asked: Parameters<typeof liveLine>): Html {
  const [, answer, measure] = asked;
  const isOne = answer.kind === 'series' && answer.series.length <= 1;
  return counter(asked, isOne && numberOf(answer, measure, answer.open?.asOfMs));
}

/** The line of a counter alone, below a picture that shows the numbers. */
export function liveLine(
  plan: Pick<PathPlan, 'notCounted'>,
  answer: Answer,
  measure: string,
  url: string,
): Html {
  return counter([plan, answer, measure, url], undefined);
}

/** A counter that waits for the first row of a question. */
export function waitingCounter({ metric, grain, measure, url }: Waiting): Html {
  const unit = metric.measures[measure]?.unit ?? measure;
  return framed(
    { grain, measure, url, said: 'Waiting for the first numbers.' },
    numberMarkup({ unit, grain }, undefined),
  );
}

function counter([plan, answer, measure, url]: Parameters<typeof liveLine>, number: Part): Html {
  const said = plan.notCounted ?? liveInWords('once', answer.open?.asOfMs);
  return framed({ grain: answer.grain, measure, url, said }, number);
}

function framed(
  { grain, measure, url, said }: Omit<Waiting, 'metric'> & { readonly said: string },
  number: Part,
): Html {
  return html`<div class="counter" data-follow="${url}" data-measure="${measure}" data-grain="${grain}">
    ${number}
    <p class="counter-line">
      <span class="counter-dot" aria-hidden="true"></span>
      <span data-said>${said}</span>
    </p>
    <p class="visually-hidden" role="status"></p>
  </div>`;
}

function numberOf(answer: SeriesAnswer, measure: string, asOfMs: number | undefined): Html {
  const { metric, grain } = answer;
  const unit = metric.measures[measure]?.unit ?? measure;
  return numberMarkup({ unit, grain }, liveCount(grain, countsOf(answer, measure), asOfMs));
}

function numberMarkup(
  { unit, grain }: { readonly unit: string; readonly grain: Grain },
  count: ReturnType<typeof liveCount>,
): Html {
  return html`<p class="counter-number">
      <b data-number>${count && numberInWords(count.value)}</b>
      <span>${unit} <span data-since>${count && soFar(grain, count.ordinal)}</span></span>
    </p>
    <svg
      class="spark"
      viewBox="0 0 ${SPARK.width} ${SPARK.height}"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d="${count && sparkPath(count.values)}" />
    </svg>`;
}

/** The numbers of the first series, by period. */
function countsOf({ metric, series: [series] }: SeriesAnswer, measure: string): Map<Ordinal, number> {
  const rows = new Map<Ordinal, number>();
  const numbers = series?.measures[Object.keys(metric.measures).indexOf(measure)];
  series?.presence.forEach((presence, i) => {
    const number = orGap(numbers?.[i]);
    if (presence !== PRESENCE.absent && number !== null) rows.set(series.first + i, number);
  });
  return rows;
}
