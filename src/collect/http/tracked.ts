import type { DirectHandler, PlainRequest } from '../../api/http/direct.ts';
import { Problem } from '../../core/problem.ts';
import { EventLogError } from '../../log/log-errors.ts';
import type { Outcome } from '../incoming.ts';
import type { Tracked, Tracker, TrackerRequest } from '../trackers/tracker.ts';
import { answer } from './answer.ts';
import { bodyOf, jsonOf } from './body.ts';
import { admit, collectAll, problemOfLog, type Door } from './door.ts';
import { senderOf } from './sender-of.ts';

/** Handles the request of a tracker, which has one event or several. */
export function trackerHandler(door: Door, tracker: Tracker): DirectHandler {
  return async (request, response) => {
    const sent = sentIn(request);
    const sender = {
      ...senderOf(request, tracker.name),
      isAnonymous: tracker.isAnonymous?.(sent) ?? false,
    };
    const read = readOrReject(door, tracker, sent);
    admit(door, sender, read.length);
    const events = read.filter((one): one is Tracked => !(one instanceof Problem));
    const outcomes = await collectAll(door, events, sender);
    // Events of another stream may be in the log already. They are sent again with these, with the same ids.
    const failed = outcomes.find((outcome) => outcome instanceof EventLogError);
    if (failed) throw problemOfLog(failed);
    const refused = [...read, ...outcomes].flatMap(whyRefused);
    const accepted = read.length - refused.length;
    if (accepted === 0) throw new Problem('invalid-request', refused[0] ?? 'There is no event.');
    answer(request, response, tracker.answer(sent, accepted, refused.length));
  };
}

function sentIn(request: PlainRequest): TrackerRequest {
  const [path = '', ...query] = request.url.split('?');
  return {
    path,
    query: new URLSearchParams(query.join('?')),
    body: bodyOf(request),
    headers: request.headers,
    json: jsonOf,
  };
}

/** Returns why an event was not accepted; nothing if it was. */
function whyRefused(one: Tracked | Problem | Outcome | EventLogError): string[] {
  if (one instanceof Problem) return [one.message];
  return 'isAccepted' in one && !one.isAccepted ? [one.reason] : [];
}

/** Reads events, and keeps unreadable ones as rejects. @throws Problem if nothing can be read */
function readOrReject(
  { collector }: Door,
  tracker: Tracker,
  sent: TrackerRequest,
): readonly (Tracked | Problem)[] {
  const reject = ({ message: reason }: Problem): void => {
    collector.reject({ reason, source: tracker.name, body: sent.body || sent.query.toString() });
  };
  try {
    const read = tracker.read(sent);
    for (const one of read) if (one instanceof Problem) reject(one);
    return read;
  } catch (error) {
    if (error instanceof Problem) reject(error);
    throw error;
  }
}
