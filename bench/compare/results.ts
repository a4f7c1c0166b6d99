import { cpus, loadavg } from 'node:os';
import { median } from '../measure/numbers.ts';
import { table } from '../measure/table.ts';
import { RATIOS } from './ratios.ts';
import type { Took } from './rounds.ts';

/** A figure over all rounds. */
interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The results of a run, as they are recorded. */
export interface Results {
  /** The day: `2026-11-30`. */
  readonly date: string;
  readonly machine: string;
  readonly command: string;
  readonly rows: number;
  readonly rounds: number;
  readonly contenders: Readonly<Record<string, Readonly<Record<keyof Took, Figure>>>>;
  readonly ratios: Readonly<Record<string, Figure>>;
  /** Why contenders are missing. */
  readonly skipped: Readonly<Record<string, string>>;
}

function figureOf(values: readonly number[]): Figure {
  return {
    median: rounded(median(values)),
    least: rounded(Math.min(...values)),
    most: rounded(Math.max(...values)),
  };
}

/** Three digits are more than a run can tell. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Describes the machine, without its name. The load average says whether other programs ran. */
export function machineNow(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? 'unknown';
  return `${all.length} cores of ${model}, Node ${process.version}, load average ${(loadavg()[0] ?? 0).toFixed(1)} at the start`;
}

/** @param took by the name of the contender */
export function contendersOf(took: ReadonlyMap<string, readonly Took[]>): Results['contenders'] {
  return Object.fromEntries(
    [...took].map(([name, rounds]) => {
      const of = (key: keyof Took): Figure => figureOf(rounds.map((one) => one[key]));
      return [name, { cpuUs: of('cpuUs'), rate: of('rate'), p50: of('p50'), p99: of('p99') }];
    }),
  );
}

/** The ratios whose contenders took part: each compares the same rounds. */
export function ratiosOf(took: ReadonlyMap<string, readonly Took[]>): Results['ratios'] {
  return Object.fromEntries(
    RATIOS.flatMap(({ name, of, by }) => {
      const [above, below] = [took.get(of), took.get(by)];
      if (!above || !below) return [];
      return [[name, figureOf(above.map(({ cpuUs }, i) => cpuUs / (below[i]?.cpuUs ?? NaN)))]];
    }),
  );
}

const spread = ({ least, most }: Figure, digits: number): string =>
  `${least.toFixed(digits)} to ${most.toFixed(digits)}`;

/** The tables of a run: of the contenders, and of the ratios. */
export function tablesOf({ contenders, ratios }: Results): [string, string] {
  return [
    table(
      ['contender', 'µs of CPU a request', 'from … to', 'requests/s', 'p50, ms', 'p99, ms'],
      Object.entries(contenders).map(([name, { cpuUs, rate, p50, p99 }]) => [
        name,
        cpuUs.median.toFixed(1),
        spread(cpuUs, 1),
        rate.median.toFixed(0),
        p50.median.toFixed(2),
        p99.median.toFixed(2),
      ]),
    ),
    table(
      ['ratio, by CPU a request', 'median', 'from … to', 'target'],
      RATIOS.flatMap(({ name, target }) => {
        const ratio = ratios[name];
        return ratio ? [[name, ratio.median.toFixed(2), spread(ratio, 2), `≥ ${target}`]] : [];
      }),
    ),
  ];
}

/** The page of a run. */
export function pageOf(results: Results): string {
  const { date, machine, command, rows, rounds, skipped } = results;
  const [contenders, ratios] = tablesOf(results);
  const missing = Object.entries(skipped).map(([name, why]) => `- ${name}: ${why}`);
  return [
    '# Kraken beside its peers',
    `Recorded on ${date} by \`${command}\`: ${rounds} rounds over ${rows} rows. ${machine}.`,
    'All contenders ran at the same time, over the same rows, and were asked in turns. The servers had one core, and the load came from the other one. Their answers were compared before. Figures are medians of the rounds, with the least and the most.',
    contenders,
    'A ratio compares the CPU of two contenders in the same round. It is the number of requests that Kraken answers while the other answers one.',
    ratios,
    ...(missing.length > 0 ? ['Skipped:', missing.join('\n')] : []),
  ]
    .join('\n\n')
    .concat('\n');
}
