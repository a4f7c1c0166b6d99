import { InvalidArgumentError, Option, type Command } from 'commander';
import { nearest } from '../core/value/nearest.ts';
import { GRAINS, type Grain } from '../core/time/time.ts';
import { UsageError } from './named-metrics.ts';

type Where = Readonly<Record<string, readonly string[]>>;

export interface ImportOptions {
  readonly replace?: string;
  readonly skipBad: number;
  readonly complete: boolean;
  readonly covers?: string;
  readonly project?: string;
  readonly note?: string;
  /** For dumps: see `src/dumps`. */
  readonly period?: string;
  readonly agent?: string;
  readonly partial: boolean;
  readonly badShare: number;
}
export interface SelectionOptions {
  readonly grain?: Grain;
  readonly range?: string;
  readonly where: Where;
}

/** The name of the events in `kraken import`. They are not a metric. */
export const EVENTS = 'mediawiki-history';
/** The argument that names a metric. */
export const METRIC = ['<metric>', 'name of the metric, as in the catalogue'] as const;
export const RANGE = 'dates such as 2024, 2024-03 or 2024-03-01..2024-03-15; both ends are included';
/** The help of `--note`. */
export const NOTE = 'why numbers change that were served already, for /corrections';
export const grainOption = new Option(
  '--grain <grain>',
  'only rows of this grain; default: all stored grains',
).choices(GRAINS);
export const whereOption = new Option(
  '--where <dimension=value>',
  'only these values, a|b for several; repeatable',
)
  .argParser(condition)
  .default({}, 'all');

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

export function percent(text: string): number {
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(text) || Number(text) > 100)
    throw new InvalidArgumentError('Write a number of percent, such as 0.1.');
  return Number(text);
}

function condition(text: string, others: Where): Where {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write DIMENSION=VALUE.');
  return { ...others, [text.slice(0, at)]: text.slice(at + 1).split('|') };
}

/**
 * Returns the names of the flags among unknown arguments: `--project en.wikipedia` → `project`.
 * @throws UsageError if the first argument isn't a flag
 */
export function strayFlags(args: readonly string[]): string[] {
  const [first] = args;
  if (first !== undefined && !first.startsWith('-'))
    throw new UsageError(
      `unexpected argument "${first}": ask one question at a time, and quote values with spaces`,
    );
  return args.flatMap((one) => /^--?([^=]+)/.exec(one)?.[1] ?? []);
}

/**
 * Adds a suggestion to commander's error about an unknown flag, if the flag has another name elsewhere:
 * `--granularity` → `--grain`.
 */
export function withFlagSuggestion(text: string, { commands }: Command, args: readonly string[]): string {
  const [, name] = /unknown option '--([\w-]+)/.exec(text) ?? [];
  const command = commands.find((one) => args.includes(one.name()));
  if (name === undefined || !command || text.includes('Did you mean')) return text;
  const near = nearest(
    name,
    command.options.map((option) => option.name()),
  );
  return near === undefined ? text : `${text.trimEnd()}\n(Did you mean --${near}?)\n`;
}
