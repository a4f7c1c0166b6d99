import { ConfigError, integer, type Setting } from './setting.ts';

/** The settings of a gateway of several processes. */
export const WORKERS_SETTINGS = {
  workers: integer(
    'KRAKEN_WORKERS',
    1,
    { min: 1, max: 256 },
    'How many processes answer requests, on one port. With several, one more process watches the data, loads data sets and has the port of operators.',
  ),
} as const satisfies Record<string, Setting<unknown>>;

/** @throws ConfigError if events come in on a port that workers share: one process alone collects */
export function refuseSharedCollecting({
  workers,
  collect,
  collectPort,
}: {
  readonly workers: number;
  readonly collect: boolean;
  readonly collectPort: number | 'api';
}): void {
  if (workers === 1 || !collect || collectPort !== 'api') return;
  throw new ConfigError(
    `KRAKEN_WORKERS (--workers) is ${workers}, and one process alone collects events: give collecting a port of its own by KRAKEN_COLLECT_PORT (--collect-port), such as 8082. docs/scaling.md says why.`,
  );
}
