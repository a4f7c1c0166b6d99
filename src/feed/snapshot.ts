import type { Open } from '../core/question/answer.ts';
import { isRelativeRange } from '../core/question/periods.ts';
import { answerVersion, type Plan } from '../core/question/plan.ts';
import { Problem } from '../core/problem.ts';
import type { Question } from '../core/question/question.ts';
import type { Ordinal } from '../core/time/time.ts';
import { itemRows, queryItemRows, type ItemRow } from '../formats/item-rows.ts';
import { styleKey, type RowStyle } from '../formats/row-style.ts';
import { wholeVersion } from '../core/time/table-state.ts';
import type { Moment } from '../core/question/as-of.ts';
import type { Road } from '../read/road.ts';

/** A question whose answer is followed, and how its rows are written. */
export interface Followed {
  readonly question: Question;
  readonly style: RowStyle;
}

/** Equal questions in equal styles have equal keys, on every gateway. */
export function keyOf({ question, style }: Followed): string {
  return JSON.stringify(question) + styleKey(style);
}

/** The rows of an answer as they were at a moment, by key, in the answer's order. */
export interface Snapshot extends Moment {
  readonly rows: ReadonlyMap<string, ItemRow>;
  /** Rows of earlier periods aren't missing: the range has left them behind. */
  readonly from: Ordinal;
  /** What rows over the whole range are over. If it changes, their numbers aren't corrected but new. */
  readonly extent: string;
  /** What the open rows are as of. */
  readonly open: Open | undefined;
  /** Undefined if nothing that was asked for is loaded. */
  readonly plan: Plan | undefined;
  /** Why there are no rows, or none of the open periods. */
  readonly hint: string | undefined;
}

/** Whether a snapshot has rows of a later version than that which there is all of. */
export function isAhead({ plan, version }: Snapshot): boolean {
  return plan !== undefined && plan.version > version;
}

/** How often a question is asked again whose table changes while it is read. */
const TRIES = 3;

/**
 * Asks a question. One without rows has an empty snapshot.
 * @param now in ms since 1970
 * @param known the snapshot before; its rows are used again if nothing that they were made of has changed
 * @throws Problem for a mistake in the question; EngineError
 */
export async function takeSnapshot(
  road: Road,
  { question, style }: Followed,
  now: number,
  signal: AbortSignal,
  known?: Snapshot,
): Promise<Snapshot> {
  const at = isMoving(question) ? now : undefined;
  for (let tries = 1; ; tries++) {
    const planned = planOr404(() => road.plan(question));
    if (planned instanceof Problem) return empty({ version: road.versionOf(question), at }, planned);
    // Who has seen parts of a later version is told them again after a cut: twice is better than never.
    const version = wholeVersion(planned.state);
    const before = known?.plan;
    const isSame =
      before?.key === planned.key &&
      answerVersion(before) === answerVersion(planned) &&
      before.metric === planned.metric;
    // A partition that is published late has the version that others had before.
    if (known && isSame && !isAhead(known))
      return { ...known, version, at, plan: planned, open: road.openOf(planned) };
    const taken = await rowsOf(road, planned, { version, at }, style, signal);
    // An id says the version, so the rows must be of this one.
    if (tries === TRIES || (await road.isCurrent(planned))) return taken;
  }
}

/**
 * The snapshot of an earlier moment; undefined if it can't be restored any more. It has no open rows: what was
 * provisional then isn't kept.
 * @throws EngineError
 */
export async function pastSnapshot(
  road: Road,
  { question, style }: Followed,
  { version, at }: Moment,
  now: Snapshot,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  if (version > now.version) return undefined;
  const isUntouched = now.plan ? now.plan.version <= version : version === now.version;
  if (isUntouched && at === undefined) return among(now, { version, at }, -Infinity, Infinity);
  const planned = planOr404(() => road.planAt(question, { version, at }));
  if (planned === undefined) return undefined;
  if (planned instanceof Problem) return empty({ version, at }, planned);
  const { first, last } = planned.span;
  // A moving range had other periods then. Their rows are the same now.
  if (isUntouched && planned.grain === now.plan?.grain && hasPeriods(now))
    return { ...among(now, { version, at }, first, last), from: first };
  return rowsOf(road, planned, { version, at }, style, signal);
}

async function rowsOf(
  road: Road,
  plan: Plan,
  moment: Moment,
  style: RowStyle,
  signal: AbortSignal,
): Promise<Snapshot> {
  const read = plan.kind === 'rows' ? await road.read(plan, signal) : await road.readOrProblem(plan, signal);
  if (read instanceof Problem) return { ...empty(moment, read), from: plan.span.first, plan };
  const rows = 'kind' in read ? itemRows(read, style) : queryItemRows(read, style);
  return {
    ...moment,
    rows: new Map(rows.map((row) => [row.key, row])),
    from: plan.span.first,
    extent: plan.kind === 'rows' ? JSON.stringify([plan.span, plan.coverage]) : '',
    open: read.open,
    plan,
    hint: plan.notCounted ?? ('kind' in read ? undefined : read.hint),
  };
}

/** A range that moves leaves its rows behind. Any other question without rows has lost those that it had. */
function empty(moment: Moment, { members }: Problem): Snapshot {
  const from = moment.at === undefined ? -Infinity : Infinity;
  return {
    ...moment,
    rows: new Map(),
    from,
    extent: '',
    open: undefined,
    plan: undefined,
    hint: members.hint,
  };
}

/** The closed rows of some periods, as the snapshot of an earlier moment. */
function among(now: Snapshot, moment: Moment, first: Ordinal, last: Ordinal): Snapshot {
  const isIn = ({ isOpen, ordinal = first }: ItemRow): boolean =>
    !isOpen && first <= ordinal && ordinal <= last;
  return { ...now, ...moment, rows: new Map([...now.rows].filter(([, row]) => isIn(row))), open: undefined };
}

function hasPeriods({ rows }: Snapshot): boolean {
  return [...rows.values()].every(({ ordinal }) => ordinal !== undefined);
}

/** Returns a plan, or the problem that nothing that was asked for is loaded. @throws other Problems */
function planOr404<P>(make: () => P): P | Problem {
  try {
    return make();
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return error;
    throw error;
  }
}

/** Whether a question can mean other periods tomorrow. */
function isMoving({ period, rows }: Question): boolean {
  return ['start' in period ? period : undefined, rows?.compare].some(isRelativeRange);
}
