import type { DirectHandler, PlainRequest } from '../../api/http/direct.ts';
import { Problem } from '../../core/problem.ts';
import { EventLogError } from '../../log/log-errors.ts';
import { PAGEVIEW } from '../../streams/pageview.ts';
import { objectIn } from '../json-object.ts';
import type { Incoming } from '../incoming.ts';
import { pageOf, incomingOf } from '../view.ts';
import { answer, type CollectAnswer } from './answer.ts';
import { bodyOf, jsonOf, queryOf } from './body.ts';
import { admit, collectAll, problemOfLog, type Door } from './door.ts';
import { senderOf } from './sender-of.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Handles a view of a page. Its members are the fields of the stream `pageview`; `url` may stand for site and path.
 * Without these, the page is the one of the Referer header. The members are parameters of the URL, or a body of JSON
 * or of a form.
 * @param found the answer if the view is accepted: nothing, or a pixel
 */
export function pageviewHandler(door: Door, source: string, found: CollectAnswer): DirectHandler {
  return async (request, response) => {
    const sender = senderOf(request, source);
    admit(door, sender, 1);
    const events = [{ stream: PAGEVIEW.name, incoming: viewOf(membersOf(request), request) }];
    const [outcome] = await collectAll(door, events, sender);
    if (outcome instanceof EventLogError) throw problemOfLog(outcome);
    if (outcome && !outcome.isAccepted) throw new Problem('invalid-request', outcome.reason);
    answer(request, response, found);
  };
}

function membersOf(request: PlainRequest): Members {
  const query = queryOf(request);
  const text = bodyOf(request);
  if (text === '') return query;
  if (/^\s*[{[]/.test(text)) {
    const json = objectIn(jsonOf(text));
    if (!json) throw new Problem('invalid-request', 'A view is a JSON object.');
    return { ...query, ...json };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(text)) };
}

function viewOf(
  { url, id, no_cookies: noCookies, ...members }: Members,
  { headers }: PlainRequest,
): Incoming {
  const isNamed = url !== undefined || members['site'] !== undefined;
  const page = pageOf(typeof url === 'string' ? url : isNamed ? '' : (headers.referer ?? ''));
  // In a URL, the value is a text.
  const isText = typeof noCookies === 'string' && noCookies !== '';
  const no_cookies = isText ? noCookies === 'true' || noCookies === '1' : noCookies;
  return incomingOf({ ...page, ...members, no_cookies }, typeof id === 'string' ? id : undefined);
}
