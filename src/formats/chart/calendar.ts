import {
  DAY_MS,
  GRAINS,
  HOUR_MS,
  ordinalAt,
  startOf,
  type Grain,
  type Ordinal,
} from '../../core/time/time.ts';
import { monthName } from './words.ts';

export interface TimeTick {
  /** The index of the tick's period in the list of drawn periods. */
  readonly index: number;
  readonly label: string;
  /** The year of the tick (for hours its day), given only when it changes. */
  readonly context?: string;
}

/** The possible distances between ticks, as a unit and a number of units, the finest first. */
const STEPS: readonly (readonly [Grain, number])[] = [
  ['hourly', 1],
  ['hourly', 3],
  ['hourly', 6],
  ['hourly', 12],
  ['daily', 1],
  ['daily', 2],
  ['weekly', 1],
  ['weekly', 2],
  ['monthly', 1],
  ['monthly', 2],
  ['monthly', 3],
  ['monthly', 6],
  ['yearly', 1],
  ['yearly', 2],
  ['yearly', 5],
  ['yearly', 10],
  ['yearly', 20],
  ['yearly', 50],
  ['yearly', 100],
  ['yearly', 200],
  ['yearly', 500],
];

/**
 * The ticks of the periods `first` … `first + length - 1`: at hours, days, Mondays, months or years, as
 * close together as `most` allows.
 * @param most the most ticks
 */
export function timeTicks(grain: Grain, first: Ordinal, length: number, most = 9): TimeTick[] {
  const from = startOf(grain, first);
  const until = startOf(grain, first + length - 1);
  const steps = STEPS.filter(([unit]) => GRAINS.indexOf(unit) >= GRAINS.indexOf(grain));
  let starts: number[] = [];
  let unit: Grain = 'yearly';
  for (const [candidate, every] of steps) {
    unit = candidate;
    starts = startsOf(candidate, every, from, until, most);
    if (starts.length <= most) break;
  }
  let said: string | undefined;
  return starts.map((ms) => {
    const context = contextOf(unit, ms);
    const isNew = context !== said;
    said = context;
    return {
      index: ordinalAt(grain, ms) - first,
      label: labelOf(unit, ms),
      ...(isNew && context !== undefined ? { context } : {}),
    };
  });
}

/** The starts of each `every`th unit between two instants. Stops at `most + 1`, which is too many. */
function startsOf(unit: Grain, every: number, from: number, until: number, most: number): number[] {
  const starts: number[] = [];
  let ordinal = ordinalAt(unit, from);
  if (startOf(unit, ordinal) < from) ordinal++;
  for (; startOf(unit, ordinal) <= until && starts.length <= most; ordinal++)
    if (isEvery(unit, every, ordinal)) starts.push(startOf(unit, ordinal));
  return starts;
}

/** Whether a unit has a tick. Years are counted from year 0, other units from 1970. */
function isEvery(unit: Grain, every: number, ordinal: Ordinal): boolean {
  const counted = unit === 'yearly' ? ordinal + 1970 : ordinal;
  return counted % every === 0;
}

function labelOf(unit: Grain, ms: number): string {
  const date = new Date(ms);
  if (unit === 'yearly') return String(date.getUTCFullYear());
  const month = monthName(date.getUTCMonth()).slice(0, 3);
  if (unit === 'monthly') return month;
  if (unit !== 'hourly') return `${date.getUTCDate()} ${month}`;
  return `${String((ms % DAY_MS) / HOUR_MS).padStart(2, '0')}:00`;
}

function contextOf(unit: Grain, ms: number): string | undefined {
  const date = new Date(ms);
  const year = String(date.getUTCFullYear());
  if (unit === 'yearly') return undefined;
  return unit === 'hourly'
    ? `${date.getUTCDate()} ${monthName(date.getUTCMonth()).slice(0, 3)} ${year}`
    : year;
}
