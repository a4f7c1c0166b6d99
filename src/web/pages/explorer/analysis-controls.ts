import { isLoaded } from '../../families.ts';
import { TIMESTAMP } from '../../../core/derived/formula.ts';
import type { Metric } from '../../../core/metric/metric.ts';
import { type Problem, unlessProblem } from '../../../core/problem.ts';
import {
  offeredMeasures,
  type MeasuresOffered,
  type OfferedMeasure,
} from '../../../core/question/offered-measures.ts';
import type { RowsQuestion } from '../../../core/question/question.ts';
import type { Road } from '../../../read/road.ts';
import { html, type Html, type Part } from '../../html.ts';
import { byOf, rowDimensions, type AnalysisText } from './analysis-text.ts';
import { errorAt, invalidAt } from './mistakes.ts';
import type { ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

interface Context {
  readonly road: Road;
  readonly state: ExplorerState;
  readonly problem: Problem | undefined;
  /** The question; undefined if it can't be read. */
  readonly question: RowsQuestion | undefined;
}

/** The controls that only an analysis has: its rows, their numbers, and which of them are answered. */
export function analysisControls(context: Context, analysis: AnalysisText): Html {
  const { state, problem } = context;
  const by = byOf(state, analysis);
  return html`${rowsControl(state, by, problem)} ${numbersControl(context, analysis)}
  ${compareControl(analysis, problem)} ${moreControls(context, analysis, by)}`;
}

/** A list of boxes with one name. A hidden field tells an empty list from one that isn't given. */
function boxes(
  name: string,
  options: readonly {
    readonly value: string;
    readonly label: Part;
    readonly isOn: boolean;
    readonly title?: string;
  }[],
): Html {
  return html`<input type="hidden" name="${name}" value="" />${options.map(
      ({ value, label, isOn, title }, i) =>
        html`<label class="box" ${title !== undefined && html`title="${title}"`}
          ><input
            type="checkbox"
            id="${i === 0 ? name : `${name}-${i + 1}`}"
            name="${name}"
            value="${value}"
            ${isOn && html`checked`}
          />
          <span>${label}</span></label
        >`,
    )}`;
}

function rowsControl(state: ExplorerState, by: readonly string[], problem: Problem | undefined): Html {
  const { metric } = state;
  const names = [...rowDimensions(metric), TIMESTAMP];
  return html`<fieldset class="field" data-part="by">
    <legend>A row for each</legend>
    <div class="boxes">
      ${boxes(
        'by',
        names.map((value) => ({
          value,
          label: value === TIMESTAMP ? 'Period' : labelOf(value),
          isOn: by.includes(value),
        })),
      )}
    </div>
    ${errorAt('by', problem)}
  </fieldset>`;
}

function numbersControl({ road, state, problem, question }: Context, { measures }: AnalysisText): Html {
  const { metric, measure } = state;
  const own = Object.keys(metric.measures);
  const chosen = measures.length > 0 ? measures : [measure];
  const found = question && unlessProblem(() => offersOf(road, question, measure, metric));
  const [derived, ratios] = [false, true].map(
    (isRatio) => found?.offered.filter((one) => one.isRatio === isRatio) ?? [],
  ) as [OfferedMeasure[], OfferedMeasure[]];
  const known = [...own, ...(found?.offered ?? []).map(({ name }) => name)];
  const others = chosen.filter((name) => !known.includes(name));
  const ratio = ratios.find(({ name }) => chosen.includes(name));
  return html`<fieldset class="field" data-part="measures">
    <legend>Numbers</legend>
    <div class="boxes">
      ${boxes('measures', [
        ...[...own, ...others].map((value) => ({
          value,
          label: labelOf(value),
          isOn: chosen.includes(value),
          ...(metric.measures[value] ? { title: metric.measures[value].doc } : {}),
        })),
        ...derived.map(({ name, unit, doc }) => ({
          value: name,
          label: html`${labelOf(name)} <small>${unit}</small>`,
          isOn: chosen.includes(name),
          title: doc,
        })),
      ])}
    </div>
    ${
      ratios.length > 0 &&
      html`<label for="ratio">${labelOf(measure)} per</label>
        <select id="ratio" name="measures">
          <option value="">–</option>
          ${ratios.map(
            ({ name, unit }) =>
              html`<option value="${name}" ${name === ratio?.name && html`selected`}>
                ${labelOf(name.slice(measure.length + '_per_'.length))} (${unit})
              </option>`,
          )}
        </select>`
    }
    ${errorAt('measures', problem)} ${found && refusals(found)}
    <p class="hint"><a href="/docs/guides/query#derived-measures">What they mean</a></p>
  </fieldset>`;
}

function refusals({ refused }: MeasuresOffered): Part {
  if (refused.length === 0) return undefined;
  return html`<details class="refused">
    <summary>Not possible here: ${refused.length}</summary>
    <ul>
      ${refused.map(({ name, why }) => html`<li><b>${labelOf(name)}</b> ${why}</li>`)}
    </ul>
  </details>`;
}

/** What can be computed of the measure. Ratios are offered to metrics that have data. */
function offersOf(road: Road, question: RowsQuestion, measure: string, metric: Metric): MeasuresOffered {
  const { catalogue } = road;
  const divisors = catalogue.metrics.filter((one) => unlessProblem(() => isLoaded(road, one)) === true);
  return offeredMeasures(question, measure, metric, { catalogue, divisors });
}

const EARLIER = [
  ['', 'nothing'],
  ['previous', 'the previous period'],
  ['previous_year', 'a year before'],
] as const;

function compareControl({ compare }: AnalysisText, problem: Problem | undefined): Html {
  const isOther = EARLIER.every(([value]) => value !== compare);
  return html`<div class="field" data-part="compare">
    <label for="compare">Compare with</label>
    <select id="compare" name="compare" ${invalidAt('compare', problem)}>
      ${isOther && html`<option value="${compare}" selected>${compare}</option>`}
      ${EARLIER.map(
        ([value, label]) =>
          html`<option value="${value}" ${value === compare && html`selected`}>${label}</option>`,
      )}
    </select>
    ${errorAt('compare', problem)}
  </div>`;
}

function moreControls({ state, problem }: Context, analysis: AnalysisText, by: readonly string[]): Html {
  const { having, top, within, others, order, measures } = analysis;
  const chosen = measures.length > 0 ? measures : [state.measure];
  const isUsed = [having, top, order].some((text) => text !== '') || others || within.length > 0;
  const sortings = [...chosen.flatMap((name) => [`-${name}`, name]), ...by];
  const sorted = sortings.includes(order) || order === '' ? sortings : [order, ...sortings];
  const mistaken = ['having', 'top', 'within', 'others', 'order'].includes(problem?.members.parameter ?? '');
  return html`<details class="field more" data-part="more" ${(isUsed || mistaken) && html`open`}>
    <summary>Which rows, in which order</summary>
    <label for="having">Only rows with</label>
    <input
      type="text"
      id="having"
      name="having"
      value="${having}"
      placeholder="${state.measure}>=1000"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      ${invalidAt('having', problem)}
    />
    ${errorAt('having', problem)}
    <label for="order">Sorted by</label>
    <select id="order" name="order" ${invalidAt('order', problem)}>
      <option value="">the usual order</option>
      ${sorted.map(
        (name) =>
          html`<option value="${name}" ${name === order && html`selected`}>
            ${labelOf(name.replace(/^-/, ''))}${chosen.includes(name.replace(/^-/, '')) && (name.startsWith('-') ? ', highest first' : ', lowest first')}
          </option>`,
      )}
    </select>
    ${errorAt('order', problem)}
    <label for="top">Only the first</label>
    <input
      type="text"
      id="top"
      name="top"
      value="${top}"
      inputmode="numeric"
      placeholder="10"
      autocomplete="off"
      ${invalidAt('top', problem)}
    />
    ${errorAt('top', problem)}
    <div class="boxes" role="group" aria-label="of each">
      ${
        by.length > 0 &&
        html`<span class="of">of each</span>${boxes(
            'within',
            by.map((value) => ({
              value,
              label: value === TIMESTAMP ? 'Period' : labelOf(value),
              isOn: within.includes(value),
            })),
          )}`
      }
    </div>
    ${errorAt('within', problem)}
    <label class="box"
      ><input type="checkbox" id="others" name="others" value="true" ${others && html`checked`} />
      <span>All others as a last row</span></label
    >
    ${errorAt('others', problem)}
  </details>`;
}
