import type { Clock } from '../../core/time/time.ts';
import { REJECT_BODY } from '../../streams/rejects.ts';
import { WEBREQUEST } from '../../streams/webrequest.ts';
import type { Incoming } from '../incoming.ts';
import type { LogFormat, UnreadableLine } from './format.ts';
import { idOfLine, idOfRequest } from './identity.ts';
import { LONGEST_LINE, type Line } from './line-cutter.ts';

/** A line as an event: a request, or a reject. */
export interface ReadLine {
  readonly incoming: Incoming & { readonly id: string };
  /** The reason why it is a reject; undefined for a request. */
  readonly reason?: string;
  /** Returns the line as a reject, for requests that are refused later. */
  readonly asReject: (reason: string) => Incoming & { readonly id: string };
}

/** The log that lines belong to, and how they are read. */
export interface LineSource {
  /** The path of the log, for people. */
  readonly label: string;
  readonly identity: string;
  readonly format: LogFormat;
  readonly site: string | undefined;
}

/** How far the clock of a server may be ahead of this one, in ms. */
const AHEAD_MS = 86_400_000;

/** Turns a line into an event of `webrequest` or `rejects`. The same line always has the same id. */
export function readLine(line: Line, source: LineSource, clock: Clock): ReadLine {
  const { format, site, identity } = source;
  const read = line.isCut
    ? { reason: `it is longer than ${LONGEST_LINE} bytes` }
    : format.read(line.text, site);
  if (!('request' in read)) {
    const asReject = (reason: string) => rejectOf(line, source, { ...read, reason });
    return { incoming: asReject(read.reason), reason: read.reason, asReject };
  }
  const { request } = read;
  const asReject = (reason: string) => rejectOf(line, source, { ...request, reason });
  const timeMs = Date.parse(request.dt);
  if (timeMs > clock.now() + AHEAD_MS) {
    const reason = `its time is in the future: ${request.dt}`;
    return { incoming: asReject(reason), reason, asReject };
  }
  const id = idOfRequest(request) ?? idOfLine(identity, line);
  // Without a user agent, the one of the sender of the batch would be filled in.
  return { incoming: { event: { user_agent: '-', ...request }, id, timeMs }, asReject };
}

function rejectOf(
  line: Line,
  { label, identity }: LineSource,
  read: UnreadableLine,
): Incoming & { id: string } {
  const { reason, hostname, sequence } = read;
  return {
    id: idOfLine(identity, line),
    event: {
      stream: WEBREQUEST.name,
      reason: reason.slice(0, 1000),
      source: label.slice(-1000),
      body: line.text.slice(0, REJECT_BODY),
      ...(hostname !== undefined && { hostname: hostname.slice(0, 255) }),
      ...(sequence !== undefined && { sequence }),
    },
  };
}
