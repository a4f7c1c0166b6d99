import type { Clock } from '../../core/time/time.ts';
import { REJECT_BODY } from '../../streams/rejects.ts';
import { WEBREQUEST } from '../../streams/webrequest.ts';
import type { Told } from '../told.ts';
import type { LogFormat, UnreadableLine } from './format.ts';
import { idOfLine, idOfRequest } from './identity.ts';
import { LONGEST_LINE, type Line } from './line-cutter.ts';

/** A line as what is to be collected: a request, or what became of it instead. */
export interface ReadLine {
  readonly told: Told & { readonly id: string };
  /** Why it is a reject, and no request. */
  readonly reason?: string;
  /** How it is told when the request is refused after all. */
  readonly asReject: (reason: string) => Told & { readonly id: string };
}

/** Of which log lines are, and how they are read. */
export interface LineSource {
  /** For people: its path. */
  readonly label: string;
  readonly identity: string;
  readonly format: LogFormat;
  readonly site: string | undefined;
}

/** So far may the clock of a server be ahead of ours, in ms. */
const AHEAD_MS = 86_400_000;

/** Turns a line into an event of `webrequest`, or of `rejects`. The same line has the same id, whoever reads it when. */
export function readLine(line: Line, source: LineSource, clock: Clock): ReadLine {
  const { format, site, identity } = source;
  const read = line.isCut
    ? { reason: `it is longer than ${LONGEST_LINE} bytes` }
    : format.read(line.text, site);
  if (!('request' in read)) {
    const asReject = (reason: string) => rejectOf(line, source, { ...read, reason });
    return { told: asReject(read.reason), reason: read.reason, asReject };
  }
  const { request } = read;
  const asReject = (reason: string) => rejectOf(line, source, { ...request, reason });
  const timeMs = Date.parse(request.dt);
  if (timeMs > clock.now() + AHEAD_MS) {
    const reason = `its time is to come: ${request.dt}`;
    return { told: asReject(reason), reason, asReject };
  }
  const id = idOfRequest(request) ?? idOfLine(identity, line);
  // Of an event without it, what the sender of a batch calls itself would count.
  return { told: { event: { user_agent: '-', ...request }, id, timeMs }, asReject };
}

function rejectOf(line: Line, { label, identity }: LineSource, read: UnreadableLine): Told & { id: string } {
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
