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
}
export interface SelectionOptions {
  readonly grain?: Grain;
  readonly range?: string;
  readonly where: Where;
}

/** As in `kraken import`: events, which are no metric. */
export const EVENTS = 'mediawiki-history';
/** An argument that is a metric. */
export const METRIC = ['<metric>', 'its name, as in the catalogue'] as const;
export const RANGE = 'dates such as 2024, 2024-03 or 2024-03-01..2024-03-15, both included';
export const grainOption = new Option(
  '--grain <grain>',
  'its rows only; of all that are stored unless given',
).choices(GRAINS);
export const whereOption = new Option(
  '--where <dimension=value>',
  'these values only, a|b for several; may be repeated',
)
  .argParser(condition)
  .default({}, 'all');

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It should be a whole number.');
  return Number(text);
}

function condition(text: string, others: Where): Where {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It should be DIMENSION=VALUE.');
  return { ...others, [text.slice(0, at)]: text.slice(at + 1).split('|') };
}

/**
 * The names of flags among what a command has no use for: `--project en.wikipedia` → `project`.
 * @throws UsageError where it begins with no flag
 */
export function strayFlags(args: readonly string[]): string[] {
  const [first] = args;
  if (first !== undefined && !first.startsWith('-'))
    throw new UsageError(
      `one question is asked at a time, and "${first}" is one more: quote what has spaces`,
    );
  return args.flatMap((one) => /^--?([^=]+)/.exec(one)?.[1] ?? []);
}

/**
 * What commander says, and the flag that was meant where that is called otherwise elsewhere:
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
