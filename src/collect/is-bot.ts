import { isbot } from 'isbot';
import { LRUCache } from 'lru-cache';

/** Wikipedia's own apps, which people read with. isbot takes them for programs. */
const APPS = /Wikipedia(?:App|\/5\.0\.)/;
/** A longer User-Agent is no browser's, and takes long to match. */
const LONGEST = 2000;

/** Of those that come again and again. The expression that tells is a long one. */
const known = new LRUCache<string, boolean>({ max: 2000 });

/** Whether a User-Agent is one of a program that no person looks through: a crawler, a script, a monitor. */
export function isBot(userAgent: string): boolean {
  if (userAgent.length > LONGEST) return true;
  let is = known.get(userAgent);
  if (is === undefined) known.set(userAgent, (is = !APPS.test(userAgent) && isbot(userAgent)));
  return is;
}
