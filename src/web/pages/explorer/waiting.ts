import type { Clock } from '../../../core/time/time.ts';
import { titleInWords } from '../../../formats/chart/title.ts';
import { html, type Html } from '../../html.ts';
import { waitingCounter } from '../../live-counter.ts';
import { liveStates, liveUrl } from './live.ts';
import { grainIn } from './range.ts';
import type { Shown } from './shown.ts';
import { isLive, urlOf, valuesIn, type ExplorerState } from './state.ts';

/** A live page without rows, on which they appear as soon as they come. @param instead offers for values without rows */
export function waiting(state: ExplorerState, instead: readonly Html[]): Shown {
  const { metric, measure, parameters } = state;
  const title = titleInWords(
    metric,
    metric.dimensions.map(({ name }) => valuesIn(state, name)),
  );
  const grain = (metric.shape.kind !== 'top' && grainIn(metric, parameters['granularity'])) || 'daily';
  return {
    title,
    body: html`<header class="result-head">
        <h1>${title}</h1>
        ${waitingCounter({ metric, grain, measure, url: liveUrl(state) })}
      </header>
      <div id="body" data-renew>
        <p class="note" id="problem">Nothing of this has come yet. It appears here when it comes.</p>
        ${instead}
      </div>`,
  };
}

/** Leads from a page without rows to the one that waits for them. */
export function waitFor(state: ExplorerState, clock: Clock): Html | undefined {
  const [live] = isLive(state) ? [] : liveStates(state, clock);
  return live && html`<p>Nothing of this has come yet. <a href="${urlOf(live)}">Wait for it, live</a></p>`;
}
