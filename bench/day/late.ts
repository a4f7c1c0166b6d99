import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DayRoad } from './road.ts';
import { AGGREGATE_ONLY, type Step, step } from './steps.ts';

/** An hour in the middle of the day: others of the day come after it. */
const HOUR = 'T12';

/** What late rows of one hour cost, beside that hour and the day's numbers made again without any. In s of CPU. */
export interface LateCost {
  readonly rows: number;
  /** The log of the late rows. They come again with all that is late, so the count has to read it as well. */
  readonly log: string;
  readonly late: { readonly refine: number; readonly aggregate: number };
  readonly again: { readonly refine: number; readonly aggregate: number };
}

/**
 * Brings the late rows of one hour of a day whose numbers are made, and measures what follows.
 * @param date the day, as in 2026-10-31
 * @param data the folder of the lake
 */
export async function lateCostOf(
  { day, run }: DayRoad,
  date: string,
  folder: string,
  data: string,
): Promise<LateCost> {
  const aggregate = (...flags: string[]): Promise<Step> =>
    step('aggregate only', AGGREGATE_ONLY, [join(data, 'lake'), ...flags]);
  const hour = `${date}${HOUR}`;
  const refineAgain = await run('refine an hour again', ['refine', '--again', '--from', hour, '--to', hour]);
  const aggregateAgain = await aggregate('--again');
  const late = (await readFile(day.late, 'utf8'))
    .split('\n')
    .filter((line) => line.includes(`"dt":"${hour}`));
  const log = join(folder, 'late-hour.log');
  await writeFile(log, late.map((line) => `${line}\n`).join(''));
  await run('collect a late hour', ['collect', log]);
  await run('load a late hour', ['load']);
  const refined = await run('refine a late hour', ['refine']);
  const aggregated = await aggregate();
  return {
    rows: late.length,
    log,
    late: { refine: refined.cpuSeconds, aggregate: aggregated.cpuSeconds },
    again: { refine: refineAgain.cpuSeconds, aggregate: aggregateAgain.cpuSeconds },
  };
}

export function lateLine({ rows, late, again }: LateCost): string {
  const sum = ({ refine, aggregate }: LateCost['late']): number => refine + aggregate;
  const text = ({ refine, aggregate }: LateCost['late']): string =>
    `${refine.toFixed(1)} + ${aggregate.toFixed(1)}`;
  return (
    `${rows} late rows of an hour take ${text(late)} s of CPU to refine and aggregate, the hour and the day's numbers ` +
    `again without them ${text(again)} s: ${(sum(late) / sum(again)).toFixed(2)} ×`
  );
}
