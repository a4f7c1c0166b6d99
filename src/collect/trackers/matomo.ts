import { Problem } from '../../core/problem.ts';
import { objectIn } from '../json-object.ts';
import { pageOf } from '../view.ts';
import { PIXEL } from '../pixel.ts';
import { chosen, done, each, paramsIn, viewed } from './tracked.ts';
import type { Tracked, Tracker, TrackerRequest } from './tracker.ts';

const URLS = ['/matomo.php', '/piwik.php'];
/** The parameters that describe an action without saying who did it. */
const PROPERTIES =
  /^(?:e_[canv]|c_[npti]|ec_\w+|search(?:_\w+)?|link|download|idgoal|revenue|ping|ma_\w+|dimension\d+|cvar|cs_\w+)$/;

/** Matomo, formerly Piwik: parameters of the URL, a form, or several events as JSON. */
export const MATOMO: Tracker = {
  name: 'matomo',
  routes: URLS.flatMap((url) => [
    { method: 'GET', url },
    { method: 'POST', url },
  ]),
  read: (request) => each(requestsIn(request), trackedIn),
  answer: (request, accepted, refused) => {
    if (isBulk(request.body)) {
      const body = JSON.stringify({ status: 'success', tracked: accepted, invalid: refused });
      return { status: 200, type: 'application/json', body };
    }
    const [only] = requestsIn(request);
    if (only?.get('send_image') === '0') return { status: 204 };
    return { status: 200, type: 'image/gif', body: PIXEL };
  },
};

function isBulk(body: string): boolean {
  return body.trimStart().startsWith('{');
}

function requestsIn({ query, body, json }: TrackerRequest): URLSearchParams[] {
  if (!isBulk(body)) return [new URLSearchParams([...query, ...new URLSearchParams(body)])];
  const requests = objectIn(json(body))?.['requests'];
  if (!Array.isArray(requests) || requests.length === 0)
    throw new Problem('invalid-request', 'A bulk request has a list of requests.');
  return requests.map((one: unknown) => {
    if (typeof one === 'string') return new URLSearchParams(one.slice(one.indexOf('?') + 1));
    return paramsIn(one);
  });
}

function trackedIn(query: URLSearchParams): Tracked {
  const of = (name: string): string | undefined => query.get(name) ?? undefined;
  const page = {
    ...pageOf(of('url') ?? ''),
    title: of('action_name'),
    referrer: of('urlref'),
    user_agent: of('ua'),
    language: of('lang'),
    address: of('cip'),
  };
  const name = nameOf(query);
  return name === undefined ? viewed(page) : done(name, page, chosen(query, PROPERTIES));
}

/** Returns the name of an action, in Matomo's words; undefined for a view of a page. */
function nameOf(query: URLSearchParams): string | undefined {
  const action = query.get('e_a');
  if (action !== null) return action;
  for (const [parameter, name] of KINDS) if (query.has(parameter)) return name;
  return query.get('ca') === '1' ? 'custom' : undefined;
}

const KINDS = [
  ['link', 'outlink'],
  ['download', 'download'],
  ['search', 'search'],
  ['idgoal', 'goal'],
  ['c_n', 'content'],
  ['ping', 'ping'],
  ['ma_id', 'media'],
] as const;
