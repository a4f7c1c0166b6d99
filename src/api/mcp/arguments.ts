import { invalidParameter, Problem } from '../../core/problem.ts';
import { limitOf } from '../../core/question/limit.ts';
import { nearest, suggestion } from '../../core/value/nearest.ts';
import type { Json } from './tool.ts';

/** Refuses arguments that a tool doesn't have. @throws Problem */
export function refuseOthers(args: Json, allowed: readonly string[]): void {
  for (const parameter of Object.keys(args))
    if (!allowed.includes(parameter))
      throw new Problem(
        'unknown-parameter',
        `There is no argument ${parameter}${suggestion(nearest(parameter, allowed))}`,
        { parameter, allowed },
      );
}

/** Reads a text; undefined if there is none. @throws Problem */
export function textOf(args: Json, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw invalidParameter(name, `${name} should be a text.`);
}

/** Reads a text that has to be there. @throws Problem */
export function requiredText(args: Json, name: string): string {
  const value = textOf(args, name);
  if (value === undefined || value === '') throw invalidParameter(name, `${name} is missing.`);
  return value;
}

/** Reads the highest number of entries of an answer. @throws Problem */
export function mostOf(args: Json, byDefault: number, most: number): number {
  return limitOf(args['limit'] ?? byDefault, most);
}
