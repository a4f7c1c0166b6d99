import { Problem } from '../../core/problem.ts';
import { objectIn } from '../json-object.ts';
import { pageOf } from '../view.ts';
import { done, textIn, viewed } from './tracked.ts';
import type { Tracker } from './tracker.ts';

/** Umami: its script, @umami/node, and other senders to its /api/send. */
export const UMAMI: Tracker = {
  name: 'umami',
  routes: [{ method: 'POST', url: '/api/send' }],
  read: ({ body, json }) => {
    const sent = objectIn(json(body));
    const payload = objectIn(sent?.['payload']);
    const type = textIn(sent?.['type']);
    if (!payload || type === undefined)
      throw new Problem('invalid-request', "An event of Umami's has a type and a payload.");
    const of = (name: string): string | undefined => textIn(payload[name]);
    const url = of('url') ?? '/';
    const page = {
      // A server names no host. The site is then the website id of Umami.
      site: of('hostname') ?? of('website'),
      path: url,
      ...pageOf(url),
      title: of('title'),
      referrer: of('referrer'),
      user_agent: of('userAgent'),
      address: of('ip'),
    };
    const name = of('name') ?? (type === 'event' ? undefined : type);
    return [name === undefined ? viewed(page) : done(name, page, payload['data'])];
  },
  // Umami's script reads the answer as JSON, in which every member is optional.
  answer: () => ({ status: 200, type: 'application/json; charset=utf-8', body: '{}' }),
};
