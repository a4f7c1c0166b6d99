import { Problem } from '../../core/problem.ts';
import { objectIn } from '../json-object.ts';
import { PIXEL } from '../pixel.ts';
import { pageOf } from '../view.ts';
import { chosen, done, each, paramsIn, viewed } from './tracked.ts';
import type { Tracked, Tracker, TrackerRequest } from './tracker.ts';

const POSTED = '/com.snowplowanalytics.snowplow/tp2';

/** Snowplow: events of its tracker protocol, several by POST, one by GET. */
export const SNOWPLOW: Tracker = {
  name: 'snowplow',
  routes: [
    { method: 'POST', url: POSTED },
    { method: 'GET', url: '/i' },
  ],
  read: (request) => each(eventsIn(request), (event) => trackedIn(event, request.json)),
  isAnonymous: ({ headers }) => headers['sp-anonymous'] !== undefined,
  answer: ({ path }) =>
    path === POSTED
      ? { status: 200, type: 'text/plain; charset=utf-8', body: 'ok' }
      : { status: 200, type: 'image/gif', body: PIXEL },
};

function eventsIn({ path, query, body, json }: TrackerRequest): URLSearchParams[] {
  if (path !== POSTED) return [query];
  const data = objectIn(json(body))?.['data'];
  if (!Array.isArray(data) || data.length === 0)
    throw new Problem('invalid-request', 'A payload has a list of events as data.');
  return data.map(paramsIn);
}

function trackedIn(event: URLSearchParams, json: TrackerRequest['json']): Tracked {
  const of = (name: string): string | undefined => event.get(name) || undefined;
  const kind = of('e');
  if (kind === undefined) throw new Problem('invalid-request', 'An event has its kind as e.');
  const page = {
    ...pageOf(of('url') ?? ''),
    title: of('page'),
    referrer: of('refr'),
    user_agent: of('ua'),
    language: of('lang'),
    address: of('ip'),
  };
  // The tracker makes this id, and keeps it when it sends the event again.
  const id = of('eid');
  switch (kind) {
    case 'pv':
      return viewed(page, id);
    case 'se':
      return done(of('se_ac') ?? 'structured', page, chosen(event, /^se_/), id);
    case 'ue': {
      const { name, data } = selfDescribing(of('ue_pr') ?? fromBase64(of('ue_px')), json);
      return done(name, page, data, id);
    }
    default:
      return done(KINDS.get(kind) ?? kind, page, chosen(event, /^(?:pp|tr|ti)_/), id);
  }
}

const KINDS = new Map([
  ['pp', 'page_ping'],
  ['tr', 'transaction'],
  ['ti', 'transaction_item'],
]);

function fromBase64(text: string | undefined): string {
  return Buffer.from(text ?? '', 'base64url').toString();
}

/** Returns the event of a self-describing envelope, with the name of its schema: iglu:com.example/order/jsonschema/1-0-0. */
function selfDescribing(text: string, json: TrackerRequest['json']): { name: string; data: unknown } {
  const event = objectIn(objectIn(json(text))?.['data']);
  const [, name] = /^iglu:[^/]+\/([^/]+)\//.exec(String(event?.['schema'])) ?? [];
  if (event === undefined || name === undefined)
    throw new Problem('invalid-request', 'A self-describing event names its schema.');
  return { name, data: event['data'] };
}
