import { Problem } from '../../core/problem.ts';
import { objectIn } from '../json-object.ts';
import { pageOf } from '../view.ts';
import { done, textIn, viewed } from './tracked.ts';
import type { Tracker } from './tracker.ts';

/** Plausible: its script, its npm packages, and its Events API, which has longer names for members. */
export const PLAUSIBLE: Tracker = {
  name: 'plausible',
  routes: [{ method: 'POST', url: '/api/event' }],
  read: ({ body, json }) => {
    const event = objectIn(json(body));
    const either = (short: string, long: string): unknown => event?.[short] ?? event?.[long];
    const name = textIn(either('n', 'name'));
    const url = textIn(either('u', 'url'));
    if (name === undefined || url === undefined)
      throw new Problem('invalid-request', "An event of Plausible's has a name and a url.");
    const page = {
      // The address of an app isn't that of a page: app://localhost/login.
      ...siteOf(textIn(either('d', 'domain'))),
      ...pageOf(url, { withHash: either('h', 'hash') === 1 }),
      referrer: textIn(either('r', 'referrer')),
    };
    if (name === 'pageview') return [viewed({ ...otherPage(url), ...page })];
    const revenue = objectIn(either('$', 'revenue'));
    const props = either('p', 'props');
    const own = typeof props === 'string' ? objectIn(json(props)) : objectIn(props);
    const measured = { scroll_depth: event?.['sd'], engaged_ms: event?.['e'] };
    return [
      done(name, page, { ...own, ...(revenue && { revenue }), ...(name === 'engagement' && measured) }),
    ];
  },
  answer: () => ({ status: 202, type: 'text/plain; charset=utf-8', body: 'ok' }),
};

/** Returns the first of the domains under which a site is counted. */
function siteOf(domain: string | undefined): { site?: string } {
  const first = domain?.split(',')[0]?.trim();
  return first ? { site: first } : {};
}

/** The path of an address of another kind than a page's. */
function otherPage(url: string): { path?: string } {
  if (!URL.canParse(url)) return { path: url };
  const { pathname, search } = new URL(url);
  return { path: pathname + search };
}
