import { isDeepStrictEqual } from 'node:util';
import type { Program } from '../measure/program.ts';
import type { Request } from './questions.ts';

/** Asks a server. @returns the JSON of its answer @throws Error if that isn't a 200 */
export async function jsonOf({ origin }: Program, { path, body }: Request): Promise<unknown> {
  const answer = await fetch(origin + path, {
    ...(body !== undefined && { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as unknown;
}

/**
 * Checks that two answers say the same. A list counts as the items of an answer, and what GraphQL tells about the request
 * itself (its cost) doesn't count.
 * @throws Error that shows where they differ
 */
export function checkSame(name: string, found: unknown, expected: unknown): void {
  const [own, other] = [saidIn(found), saidIn(expected)];
  if (isDeepStrictEqual(own, other)) return;
  const [left, right] = [JSON.stringify(own), JSON.stringify(other)];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 60), at + 60);
  throw new Error(
    `${name} answers something else, from character ${at} on: ${around(left)} instead of ${around(right)}`,
  );
}

function saidIn(json: unknown): unknown {
  if (Array.isArray(json)) return { items: json };
  const { extensions: _, ...said } = json as Record<string, unknown>;
  return said;
}
