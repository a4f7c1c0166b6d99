import { invalidParameter } from '../problem.ts';
import { wholeNumber } from '../value/exact-number.ts';

/**
 * Reads the parameter `limit`, or another one like it: a number or a text of one.
 * @param max the largest that is allowed
 * @throws Problem
 */
export function limitOf(value: unknown, max: number, parameter = 'limit'): number {
  const limit = typeof value === 'string' ? wholeNumber(value) : value;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
  throw invalidParameter(parameter, `${parameter} should be a whole number from 1 to ${max}.`, `1 to ${max}`);
}
