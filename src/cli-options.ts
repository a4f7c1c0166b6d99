import { InvalidArgumentError, Option } from 'commander';
import { GRAINS, type Grain } from './core/time.ts';

type Where = Readonly<Record<string, readonly string[]>>;

export interface ImportOptions {
  readonly replace?: string;
  readonly skipBad: number;
  readonly complete: boolean;
  readonly covers?: string;
}
export interface SelectionOptions {
  readonly grain?: Grain;
  readonly range?: string;
  readonly where: Where;
}

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
