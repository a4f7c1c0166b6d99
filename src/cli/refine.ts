import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { timeLimitOf } from '../core/abort.ts';
import { HOUR_MS } from '../core/time/time.ts';
import { hourText } from '../raw/hours.ts';
import { openRefiner } from '../refine/open-refiner.ts';
import type { HourDone, Refined, Refiner } from '../refine/refiner.ts';
import { standardRules } from '../refine/standard-rules.ts';
import { openCountries } from '../setup/countries.ts';
import { lakeOfEvents } from './lake-of-events.ts';
import { UsageError } from './named-metrics.ts';
import { ProgressBar } from './progress-bar.ts';
import { count, say } from './report.ts';
import { writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .option('--from <hour>', 'the first hour, such as 2026-11-29T11 or 2026-11-29')
    .option('--to <hour>', 'the last hour, which is refined as well; by default the newest')
    .option('--again', 'also refine hours whose raw rows and rules have not changed', false)
    .option('--ignore-loss', 'close hours even if much of them was lost on the way', false)
    .action(async (options: Flags & RefineFlags) => {
      await refineCommand(readConfig(process.env, options), options);
    });
}

interface RefineFlags {
  readonly from?: string;
  readonly to?: string;
  readonly again: boolean;
  readonly ignoreLoss: boolean;
}

/**
 * `kraken refine`: makes views of raw requests and page views, hour by hour.
 * @throws UsageError for hours that are none, or if the lake isn't on this machine; LoaderLeaseError; EngineError
 */
async function refineCommand(config: Config, { from, to, again, ignoreLoss }: RefineFlags): Promise<void> {
  const first = from === undefined ? undefined : hourOfText(from, 'first');
  const last = to === undefined ? undefined : hourOfText(to, 'last');
  if (first !== undefined && last !== undefined && first > last)
    throw new UsageError(`--from ${from} is after --to ${to}`);
  const hours = { first: first ?? -Infinity, last: last ?? Infinity };
  const isRange = first !== undefined || last !== undefined;
  const { holder, signal } = writer(config, 'kraken refine');
  const limit = timeLimitOf(signal, config.leaseWaitMs);
  const lake = lakeOfEvents(config);
  const rules = standardRules(await openCountries(config));
  const open = await openRefiner({ lake, rules, holder, signal: limit.signal }).finally(() => limit.end());
  try {
    report(await run(open.refiner, { ...(isRange && { hours }), again, ignoresLoss: ignoreLoss, signal }));
  } finally {
    await open.close();
  }
}

async function run(
  refiner: Refiner,
  options: Omit<Parameters<Refiner['run']>[0], 'onHour'>,
): Promise<Refined> {
  const tasks = await refiner.tasks(options);
  const total = tasks.reduce((sum, { rows }) => sum + rows, 0);
  const bar = new ProgressBar('refine');
  let rows = 0;
  const show = () => bar.onProgress({ phase: 'reading', rows, bytes: rows, total });
  if (total > 0) show();
  try {
    return await refiner.run({
      ...options,
      onHour: (hour) => {
        rows += hour.rows;
        show();
      },
    });
  } finally {
    bar.stop();
  }
}

function report({ done, closing }: Refined): void {
  const made = done.filter(({ kind }) => kind === 'make');
  const kept = done.filter(({ kind }) => kind === 'keep');
  if (made.length === 0) say('There was nothing to refine: no hour has new rows.');
  else {
    const sum = (of: (hour: HourDone) => number) => count(made.reduce((total, hour) => total + of(hour), 0));
    const changed = made.filter(({ isChanged }) => isChanged).length;
    say(
      `${hours(made.length)} refined: ${sum(({ views }) => views)} views of ${sum(({ rows }) => rows)} raw rows; ` +
        `${changed === 0 ? 'no hour' : hours(changed)} changed.`,
    );
  }
  if (kept.length > 0)
    say(`${hours(kept.length)} stay as they are, because their raw rows or the key of their day are gone.`);
  const { held, closedMs } = closing;
  if (held) {
    const share = ((100 * held.loss.missing) / held.loss.expected).toFixed(1);
    say(
      `${hourText(held.hour)} of ${held.source} isn't closed, nor are the hours after it: ${share} % of its requests were ` +
        'lost on the way. --ignore-loss closes it.',
    );
  }
  if (closedMs > 0) say(`Hours are closed up to ${hourText(closedMs / HOUR_MS)}:00Z.`);
}

function hours(number: number): string {
  return `${count(number)} ${number === 1 ? 'hour' : 'hours'}`;
}

/** The hour of a text: `2026-11-29T11`, or a day, whose first or last hour is meant. */
function hourOfText(text: string, which: 'first' | 'last'): number {
  const [, day, hour] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::00(?::00)?Z?)?)?$/.exec(text) ?? [];
  const ms = Date.parse(`${day}T${hour ?? (which === 'first' ? '00' : '23')}:00:00Z`);
  // Date.parse takes 30 February.
  if (day === undefined || Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day)
    throw new UsageError(`${text} is no hour: write 2026-11-29T11, or a day such as 2026-11-29`);
  return ms / HOUR_MS;
}
