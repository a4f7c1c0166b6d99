import { readGrain } from '../../../core/metric/metric.ts';
import { grainOfPath } from '../../../core/metric/path-parameters.ts';
import type { Problem } from '../../../core/problem.ts';
import type { TableState } from '../../../core/time/table-state.ts';
import { GRAINS, type Clock, type Grain, type Span } from '../../../core/time/time.ts';
import { ALL_DAYS, hasDays } from '../../../core/question/top-period.ts';
import { periodInWords } from '../../../formats/chart/words.ts';
import { html, type Html, type Part } from '../../html.ts';
import { errorAt, invalidAt } from './mistakes.ts';
import { extentOf, grainIn, loadedOf, presetsOf } from './range.ts';
import { urlOf, withParameters, type ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

export interface PeriodContext {
  readonly state: ExplorerState;
  readonly table: TableState;
  readonly clock: Clock;
  readonly problem: Problem | undefined;
}

/** The controls of time: a range for series, a day or month for lists. */
export function periodControls(context: PeriodContext): Html {
  return context.state.metric.shape.kind === 'top' ? listControls(context) : rangeControls(context);
}

function rangeControls({ state, table, clock, problem }: PeriodContext): Html {
  const { metric, parameters } = state;
  const grains = GRAINS.filter((grain) => metric.grains[grain]);
  const grain = grainIn(metric, parameters.granularity);
  const extent = grain && loadedIn(state, table, grain);
  const isNamed = grainOfPath(metric) === undefined;
  return html`${isNamed && granularityControl(parameters.granularity ?? '', grain, grains, problem)}
    <fieldset class="field" data-part="range">
      <legend>Range</legend>
      <div class="pair">
        ${dateControl('start', 'From', state, problem)} ${dateControl('end', 'To', state, problem)}
      </div>
      ${errorAt('start', problem)} ${errorAt('end', problem)} ${extent && presetLinks(state, extent, clock)}
      <p class="hint" id="range-doc">A date such as 2024-03-01, -30d, or latest. ${loadedText(extent)}</p>
    </fieldset>`;
}

function granularityControl(
  granularity: string,
  grain: Grain | undefined,
  grains: readonly Grain[],
  problem: Problem | undefined,
): Html {
  return html`<div class="field" data-part="granularity">
    <label for="granularity">Granularity</label>
    <select id="granularity" name="granularity" ${invalidAt('granularity', problem)}>
      ${!grain && html`<option value="${granularity}" selected>${granularity}</option>`}
      ${grains.map(
        (one) => html`<option value="${one}" ${one === grain && html`selected`}>${labelOf(one)}</option>`,
      )}
    </select>
    ${errorAt('granularity', problem)}
  </div>`;
}

function dateControl(
  name: 'start' | 'end',
  label: string,
  { parameters }: ExplorerState,
  problem: Problem | undefined,
): Html {
  return html`<div>
    <label for="${name}">${label}</label>
    <input
      type="text"
      id="${name}"
      name="${name}"
      value="${parameters[name]}"
      size="10"
      autocomplete="off"
      ${invalidAt(name, problem, 'range-doc')}
    />
  </div>`;
}

function presetLinks(state: ExplorerState, extent: Span, clock: Clock): Html {
  const { start, end } = state.parameters;
  return html`<ul class="presets" aria-label="Ranges">
    ${presetsOf(state.metric, extent, clock).map(
      ({ label, dates }) =>
        html`<li>
          <a
            id="range-${label.toLowerCase().replace(' ', '-')}"
            href="${urlOf(withParameters(state, { ...dates }))}"
            ${dates.start === start && dates.end === end && html`aria-current="true"`}
            >${label}</a
          >
        </li>`,
    )}
  </ul>`;
}

const MONTHS = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, '0'));
const DAYS = Array.from({ length: 31 }, (_, i) => String(i + 1).padStart(2, '0'));

function listControls({ state, table, problem }: PeriodContext): Html {
  const { metric, parameters } = state;
  const { year = '', month = '', day = '' } = parameters;
  const grains = GRAINS.filter((grain) => metric.grains[grain] && metric.grains[grain] !== 'summed');
  const loaded = grains.flatMap((grain) => loadedIn(state, table, grain) ?? []);
  const days = [...(metric.grains.monthly ? [ALL_DAYS] : []), ...(metric.grains.daily ? DAYS : [])];
  return html`<fieldset class="field" data-part="period">
    <legend>${hasDays(metric) ? 'Day' : 'Month'}</legend>
    <div class="pair">
      <div>
        <label for="year">Year</label>
        <input
          type="text"
          id="year"
          name="year"
          value="${year}"
          size="4"
          inputmode="numeric"
          autocomplete="off"
          ${invalidAt('year', problem)}
        />
      </div>
      ${listControl('month', month, MONTHS, problem)}
      ${hasDays(metric) && listControl('day', day, days, problem)}
    </div>
    ${errorAt('year', problem)} ${errorAt('month', problem)} ${errorAt('day', problem)}
    <p class="hint">${loaded.map(loadedText)}</p>
  </fieldset>`;
}

function listControl(
  name: 'month' | 'day',
  value: string,
  choices: readonly string[],
  problem: Problem | undefined,
): Html {
  return html`<div>
    <label for="${name}">${labelOf(name)}</label>
    <select id="${name}" name="${name}" ${invalidAt(name, problem)}>
      ${!choices.includes(value) && html`<option value="${value}" selected>${value}</option>`}
      ${choices.map(
        (one) =>
          html`<option value="${one}" ${one === value && html`selected`}>
            ${one === ALL_DAYS ? 'whole month' : one}
          </option>`,
      )}
    </select>
  </div>`;
}

function loadedIn({ metric, parameters }: ExplorerState, table: TableState, grain: Grain): Span | undefined {
  return extentOf(metric, grain, loadedOf(metric, parameters, table, readGrain(metric, grain)));
}

function loadedText(extent: Span | undefined): Part {
  if (!extent) return 'No such data is loaded.';
  const { grain, first, last } = extent;
  return first === last
    ? `Loaded: ${periodInWords(grain, last)} (${grain}). `
    : `Loaded: ${periodInWords(grain, first)} to ${periodInWords(grain, last)} (${grain}). `;
}
