import type { Config } from '../config/config.ts';
import { hasEventLog, openEventLog, openEventLogReader } from '../config/engines.ts';
import type { EventLog, EventLogReader } from '../log/event-log.ts';

/** The event log of a gateway. */
export interface GatewayLog {
  /** Undefined if there is none. */
  readonly log?: EventLogReader;
  /** The same log, if this gateway collects. */
  readonly eventLog?: EventLog;
}

/**
 * Opens the event log: to append to it if the gateway collects; otherwise to read what others collect, if the log exists.
 * @param holder who opens it, for people who find it taken
 * @throws EventLogError, LogLockedError if another process writes to it; ConfigError if it can't be at this address
 */
export async function openGatewayLog(
  { collect, eventLog: address }: Pick<Config, 'collect' | 'eventLog'>,
  holder: string,
): Promise<GatewayLog> {
  if (collect) {
    const eventLog = await openEventLog(address, holder);
    return { log: eventLog, eventLog };
  }
  return hasEventLog(address) ? { log: await openEventLogReader(address) } : {};
}
