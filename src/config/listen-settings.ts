import { integer, type Setting } from './setting.ts';

/** The settings of those who listen to answers. */
export const LISTEN_SETTINGS = {
  listeners: integer(
    'KRAKEN_LISTENERS',
    10_000,
    { min: 0, max: 1_000_000 },
    'The maximum number of connections that listen to answers. Further ones are told when to come back.',
  ),
  listenersPerClient: integer(
    'KRAKEN_LISTENERS_PER_CLIENT',
    20,
    { min: 0, max: 1_000_000 },
    'The maximum number of connections from one IP address that listen. Behind a proxy, name the proxy in KRAKEN_TRUSTED_PROXIES.',
  ),
  listenerQuestions: integer(
    'KRAKEN_LISTENER_QUESTIONS',
    32,
    { min: 1, max: 1000 },
    'The maximum number of questions on one connection that listens.',
  ),
  listenerBufferKb: integer(
    'KRAKEN_LISTENER_BUFFER_KB',
    256,
    { min: 1, max: 1_048_576 },
    'How far a client that listens may be behind the news, in KiB. One that reads more slowly is cut off.',
  ),
  listenerLifetimeS: integer(
    'KRAKEN_LISTENER_LIFETIME_S',
    280,
    { min: 1, max: 86_400 },
    'The longest time that a connection listens, in seconds. Clients come back by themselves and miss nothing; some of them end badly after 300 s.',
  ),
  feedsMb: integer(
    'KRAKEN_FEEDS_MB',
    128,
    { min: 1, max: 1_048_576 },
    'Memory for the rows of the answers that somebody listens to, in MiB.',
  ),
} as const satisfies Record<string, Setting<unknown>>;
