import { isbot } from 'isbot';
import { LRUCache } from 'lru-cache';

/** Wikipedia's own apps. People read with them, but isbot takes them for programs. */
const APPS = /Wikipedia(?:App|\/5\.0\.)/;
/** No browser has a longer User-Agent, and matching one takes long. */
const LONGEST = 2000;

/** Results for User-Agents that repeat, because isbot's regular expression is long. */
const known = new LRUCache<string, boolean>({ max: 2000 });

/** Whether a User-Agent belongs to a program without a reader: a crawler, a script, a monitor. */
export function isBot(userAgent: string): boolean {
  if (userAgent.length > LONGEST) return true;
  let is = known.get(userAgent);
  if (is === undefined) known.set(userAgent, (is = !APPS.test(userAgent) && isbot(userAgent)));
  return is;
}
