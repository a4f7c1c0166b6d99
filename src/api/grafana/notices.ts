import type { NotFoundReason, Problem } from '../../core/problem.ts';
import { someInWords } from '../../core/value/value-list.ts';
import type { Target } from './payload.ts';

/** The notices that Grafana shows for a frame, in the header of its panel. */
export interface FrameMeta {
  readonly notices: readonly { readonly severity: 'info'; readonly text: string }[];
}

/** The maximum number of values of one dimension that a sentence names. */
const MAX_NAMED = 5;

/** The reason why nothing was found, and what may have been meant. */
export interface NothingFound {
  readonly reason: NotFoundReason;
  readonly hint?: string;
}

/** Converts a not-found problem. */
export function whyNothing({ members: { reason = 'no-rows', hint } }: Problem): NothingFound {
  return { reason, ...(hint === undefined ? {} : { hint }) };
}

/** The default hints. */
const WHY: Readonly<Record<NotFoundReason, string>> = {
  'not-loaded': 'None of its data is loaded.',
  'outside-coverage': 'Its data is loaded for other times, but not for the times of the panel.',
  'no-rows': 'Its data is loaded for the times of the panel, but has no rows there.',
};

/** Says why a query of a panel draws nothing. */
export function nothingFound(
  { metric, where, otherwise }: Target,
  { reason, hint = WHY[reason] }: NothingFound,
): FrameMeta {
  const asked = Object.entries(where).map(([name, values]) => `${name} ${inWords(values)}`);
  const variants = otherwise.flatMap((others) =>
    Object.entries(others).flatMap(([name, values]) =>
      values === where[name] ? [] : [`${name} ${inWords(values)}`],
    ),
  );
  const also = variants.length > 0 ? ` It was also read as ${variants.join(', as ')}.` : '';
  return notice(`${metric.name} has no rows for ${asked.join('; ')}. ${hint}${also}`);
}

/** Says that some of the requested series or lists are empty, while others have data. */
export function emptyBeside(names: readonly string[]): FrameMeta {
  return notice(`These have no rows in the times of the panel: ${inWords(names)}.`);
}

function notice(text: string): FrameMeta {
  return { notices: [{ severity: 'info', text }] };
}

function inWords(values: readonly string[]): string {
  return someInWords(values, { most: MAX_NAMED, between: ' | ' });
}
