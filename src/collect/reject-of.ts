import type { Stream } from '../streams/stream.ts';
import type { Incoming, Sender } from './incoming.ts';
import type { Reject } from './rejecter.ts';
import { metaOf } from './stamp.ts';

/** Where an event was sent, and by whom. */
export interface Aim<S = Sender | undefined> {
  readonly name: string;
  /** Undefined if there is no stream of this name. */
  readonly stream: Stream | undefined;
  readonly sender: S;
}

/** Returns a refused event as a reject. Its number stays, so that the event doesn't count as lost. */
export function rejectOf(reason: string, incoming: Incoming, { name, stream, sender }: Aim<Sender>): Reject {
  // Fields that may never be written aren't written with a reject either.
  const body = stream?.personalMs === 0 ? undefined : textOf(incoming.event);
  return {
    stream: name,
    reason,
    source: sender.source,
    ...(body !== undefined && { body }),
    ...(stream && numberedBy(stream, incoming)),
  };
}

function numberedBy(
  { sequence: names }: Stream,
  incoming: Incoming,
): Pick<Reject, 'id' | 'hostname' | 'sequence'> {
  const host = names && incoming.event[names.host];
  const number = names && incoming.event[names.number];
  const meta = metaOf(incoming);
  return {
    ...(typeof meta !== 'string' && meta.id !== undefined && { id: meta.id }),
    ...(typeof host === 'string' && { hostname: host }),
    ...(Number.isSafeInteger(number) && { sequence: number as number }),
  };
}

function textOf(event: Incoming['event']): string | undefined {
  try {
    return JSON.stringify(event);
  } catch {
    // It nests too deep for the stack.
    return undefined;
  }
}
