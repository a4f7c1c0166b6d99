import type { NotFoundReason, Problem } from '../../core/problem.ts';
import { someInWords } from '../../core/value/value-list.ts';
import type { Target } from './payload.ts';

/** What Grafana shows with a frame, in the head of its panel. */
export interface FrameMeta {
  readonly notices: readonly { readonly severity: 'info'; readonly text: string }[];
}

/** The most values that a sentence names of one dimension. */
const MAX_NAMED = 5;

/** Why nothing was found, and what may have been meant. */
export interface NothingFound {
  readonly reason: NotFoundReason;
  readonly hint?: string;
}

/** What a problem says of it, where it is one of no rows. */
export function whyNothing({ members: { reason = 'no-rows', hint } }: Problem): NothingFound {
  return { reason, ...(hint === undefined ? {} : { hint }) };
}

/** What is said without a hint. */
const WHY: Readonly<Record<NotFoundReason, string>> = {
  'not-loaded': 'Nothing of it was loaded here.',
  'outside-coverage': 'It was loaded for other times than those of the panel.',
  'no-rows': 'The times of the panel were loaded, and there are no rows of it in them.',
};

/** Why a query of a panel draws nothing. */
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
  const also = variants.length > 0 ? ` It was read as ${variants.join(', as ')} too.` : '';
  return notice(`${metric.name} has no rows for ${asked.join('; ')}. ${hint}${also}`);
}

/** That some of the series or lists asked for are empty, where others aren't. */
export function emptyBeside(names: readonly string[]): FrameMeta {
  return notice(`No rows in the times of the panel: ${inWords(names)}.`);
}

function notice(text: string): FrameMeta {
  return { notices: [{ severity: 'info', text }] };
}

function inWords(values: readonly string[]): string {
  return someInWords(values, { most: MAX_NAMED, between: ' | ' });
}
