import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DayOptions, generateDay, type GeneratedDay } from './generate.ts';
import { CLI, step, type Step } from './steps.ts';

/** A generated day on its way. */
export interface DayRoad {
  readonly day: GeneratedDay;
  /** The flags by which commands find the engines. */
  readonly places: readonly string[];
  /** The logs as they are collected, those that are collected twice twice. */
  readonly logs: readonly string[];
  readonly run: (name: string, args: readonly string[]) => Promise<Step>;
}

/**
 * Generates a day, and begins its road: its logs are collected, those of one server twice, and loaded. Late lines are
 * left for later.
 * @param onStep is told of each command that ended
 */
export async function beginRoad(
  options: Omit<DayOptions, 'out'>,
  folder: string,
  places: readonly string[],
  onStep: (done: Step) => void = () => undefined,
): Promise<DayRoad> {
  await mkdir(folder, { recursive: true });
  const day = generateDay({ ...options, out: join(folder, 'logs') });
  const { site, logs: combined } = day.combined;
  const run = async (name: string, args: readonly string[]): Promise<Step> => {
    const done = await step(name, CLI, [...args, ...places]);
    onStep(done);
    return done;
  };
  const logs = [...day.logs, ...combined, ...combined];
  await run('collect', ['collect', '--site', site, ...day.logs, ...combined]);
  await run('collect again', ['collect', '--site', site, ...combined]);
  await run('load', ['load']);
  return { day, places, logs, run };
}

/** Collects the lines that come late, and loads them: hours that were closed change. */
export async function collectLate({ day, run }: DayRoad): Promise<void> {
  await run('collect late lines', ['collect', day.late]);
  await run('load late lines', ['load']);
}
