import { scopeValues } from '../../../read/dimension-values.ts';
import type { Dimension } from '../../../core/metric/dimension.ts';
import { docBeside } from '../../../core/metric/doc-beside.ts';
import type { Metric } from '../../../core/metric/metric.ts';
import { chosenDimensions } from '../../../core/metric/path-parameters.ts';
import { unlessProblem, type Problem } from '../../../core/problem.ts';
import type { RowsQuestion } from '../../../core/question/question.ts';
import type { Road } from '../../../read/road.ts';
import { familiesOf } from '../../families.ts';
import { html, type Html, type Part } from '../../html.ts';
import { describedBy, errorAt, invalidAt } from './mistakes.ts';
import { periodControls, type PeriodContext } from './period-controls.ts';
import { explorerField } from '../../../formats/explorer-url.ts';
import { analysisAsked } from './analysis.ts';
import { analysisControls } from './analysis-controls.ts';
import type { AnalysisText } from './analysis-text.ts';
import { valuesIn, type ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

/** The id of the form. Controls outside of the form refer to it. */
export const FORM = 'explorer';

/** The maximum number of values that are suggested before anything is typed. */
const MAX_SUGGESTED = 300;

/** What an empty field of an analysis means. */
const EVERY = 'all';

export interface ControlsContext extends PeriodContext {
  readonly road: Road;
  readonly state: ExplorerState;
  /** The problem of the question. It is shown at the control that it names. */
  readonly problem: Problem | undefined;
}

/** The form of the explorer. It works without a script. */
export function controls(context: ControlsContext): Html {
  const { road, state, problem } = context;
  const { metric, compare, analysis } = state;
  return html`<form id="${FORM}" class="controls" method="get" action="/" aria-label="What to show">
    ${state.live && html`<input type="hidden" name="live" value="true" />`}
    ${metricControl(road, metric, problem)}
    ${chosenDimensions(metric).map((dimension) => dimensionControl(road, state, dimension, problem))}
    ${periodControls(context)} ${measureControl(state, problem)}
    ${analysis && analysisControls({ road, state, problem, question: questionOf(context, analysis) }, analysis)}
    ${
      !analysis &&
      metric.shape.kind === 'series' &&
      html`<div class="field check" data-part="compare">
        <input type="checkbox" id="compare" name="compare" value="previous" ${compare && html`checked`} />
        <label for="compare">Compare with the previous period</label>
        ${errorAt('compare', problem)}
      </div>`
    }
    <div class="field apply"><button id="apply" class="button">Show</button></div>
  </form>`;
}

/** The question whose numbers are offered; undefined if it has a mistake besides them. */
function questionOf(
  { road, state, clock }: ControlsContext,
  analysis: AnalysisText,
): RowsQuestion | undefined {
  return unlessProblem(() => analysisAsked(road, state, analysis, clock).question);
}

/** The form for an unknown metric. It only has the choice of a metric. */
export function metricOnly(road: Road, problem: Problem): Html {
  return html`<form id="${FORM}" class="controls" method="get" action="/" aria-label="What to show">
    ${metricControl(road, undefined, problem)}
    <div class="field apply"><button id="apply" class="button">Show</button></div>
  </form>`;
}

function metricControl(road: Road, chosen: Metric | undefined, problem: Problem | undefined): Html {
  return html`<div class="field" data-part="metric">
    ${chosen && html`<input type="hidden" name="was" value="${chosen.name}" />`}
    <label for="metric">Metric</label>
    <select id="metric" name="metric" ${invalidAt('metric', problem)}>
      ${!chosen && html`<option value="" selected disabled>Choose a metric</option>`}
      ${familiesOf(road).map(
        ({ title, metrics }) =>
          html`<optgroup label="${title}">
            ${metrics.map(
              (metric) =>
                html`<option value="${metric.name}" ${metric === chosen && html`selected`}>
                  ${metric.title}
                </option>`,
            )}
          </optgroup>`,
      )}
    </select>
    ${errorAt('metric', problem)}
    ${chosen && html`<p class="hint">${docBeside(chosen)} <a href="/docs/${chosen.name}">About this metric</a></p>`}
  </div>`;
}

/** One field per value, and an extra one that the button "Add another" reveals. Without a script the extra field is always visible. */
function dimensionControl(
  road: Road,
  state: ExplorerState,
  dimension: Dimension,
  problem: Problem | undefined,
): Html {
  const { metric } = state;
  const { name, doc, values: choices } = dimension;
  const values = valuesIn(state, name);
  const filled = values.length > 0 ? values : [''];
  const label = labelOf(name);
  const isWide = !choices && !metric.scope.includes(name);
  const list = `values-${name}`;
  const slot = (value: string, i: number): Html => {
    const isExtra = i === filled.length;
    const id = i === 0 ? name : `${name}-${i + 1}`;
    const common = html`id="${id}" name="${explorerField(name)}"
    aria-label="${i === 0 ? label : `${label} ${i + 1}`}"
    ${isExtra ? describedBy(name, undefined, true) : invalidAt(name, problem, true)}`;
    return html`<div class="slot${isExtra && ' extra'}">
      ${
        choices
          ? html`<select ${common}>
              ${(isExtra || !choices.includes(value)) && html`<option value="${value}">${value === '' && state.analysis ? EVERY : value}</option>`}
              ${!isExtra && value !== '' && state.analysis && html`<option value="">${EVERY}</option>`}
              ${choices.map((one) => html`<option ${one === value && html`selected`}>${one}</option>`)}
            </select>`
          : html`<input
              type="text"
              ${common}
              value="${value}"
              list="${list}"
              autocomplete="off"
              autocapitalize="off"
              spellcheck="false"
              ${state.analysis && html`placeholder="${EVERY}"`}
            />`
      }
      ${
        !isExtra &&
        values.length > 1 &&
        html`<button type="button" class="remove" data-remove aria-label="Remove ${label} ${value}">
          ×
        </button>`
      }
    </div>`;
  };
  return html`<fieldset class="field values ${isWide && 'wide'}" data-part="${name}" data-dimension="${name}">
    <legend>${label}</legend>
    <p class="visually-hidden" id="${name}-doc">${doc.replaceAll('`', '')}</p>
    ${[...filled, ''].map(slot)}
    <button
      type="button"
      class="add"
      id="add-${name}"
      data-add
      aria-label="Add another ${label.toLowerCase()}"
      title="Add another"
    >
      +
    </button>
    ${!choices && suggestions(road, metric, dimension, list)} ${errorAt(name, problem)}
  </fieldset>`;
}

/** The suggestions for a dimension. The values of scopes are few and known; others are requested while somebody types. */
function suggestions(road: Road, metric: Metric, dimension: Dimension, list: string): Html {
  const scopes = scopeValues(metric, dimension, road.watch.stateOf(metric));
  const url = `/catalogue/${metric.name}/values/${dimension.name}`;
  const isWhole = scopes !== undefined && scopes.length <= MAX_SUGGESTED;
  return html`<datalist id="${list}" ${!isWhole && html`data-values="${url}"`}>
    ${scopes?.slice(0, MAX_SUGGESTED).map((value) => html`<option value="${value}"></option>`)}
  </datalist>`;
}

function measureControl({ metric, measure }: ExplorerState, problem: Problem | undefined): Part {
  const measures = Object.keys(metric.measures);
  if (measures.length < 2) return errorAt('measure', problem);
  return html`<div class="field" data-part="measure">
    <label for="measure">Measure</label>
    <select id="measure" name="measure" ${invalidAt('measure', problem)}>
      ${measures.map(
        (name) =>
          html`<option value="${name}" ${name === measure && html`selected`}>${labelOf(name)}</option>`,
      )}
    </select>
    ${errorAt('measure', problem)}
  </div>`;
}
