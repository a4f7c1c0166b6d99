import { randomUUID } from 'node:crypto';
import { BUILT_IN } from '../../streams/built-in.ts';
import type { EventLog } from '../../log/event-log.ts';
import { Collector } from '../collector.ts';
import { NO_COUNTS } from '../counts.ts';
import { LIMITS } from '../limits.ts';
import { DoorSink } from './door-sink.ts';
import type { LineSink, Patience } from './sink.ts';

/** With `--follow`, a wait has no limit. */
const ALWAYS: Patience = { firstMs: 50, mostMs: 5_000, inAllMs: Infinity };
const A_MINUTE: Patience = { ...ALWAYS, inAllMs: 60_000 };

export function patienceOf(isPatient: boolean): Patience {
  return isPatient ? ALWAYS : A_MINUTE;
}

/**
 * Returns a sink that writes lines to an event log of this process.
 * @param onWait receives the reason when a wait begins
 */
export function sinkInto(log: EventLog, patience: Patience, onWait: (reason: string) => void): LineSink {
  const streams = new Map(BUILT_IN.map((stream) => [stream.name, stream]));
  const collector = new Collector({
    log,
    streams: () => streams,
    clock: Date,
    newId: randomUUID,
    limits: LIMITS,
    refusesSite: () => undefined,
    takesLogsFrom: () => true,
    counts: NO_COUNTS,
  });
  return new DoorSink(collector, patience, onWait, () => log.close());
}
