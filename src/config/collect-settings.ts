import { hostPatterns, integer, networks, onOff, orWord, type Setting } from './setting.ts';

/** The settings of collecting events by HTTP. */
export const COLLECT_SETTINGS = {
  collect: onOff(
    'KRAKEN_COLLECT',
    false,
    'Whether events are collected: by /v1/events, /pageview, the script /k.js and what trackers send.',
  ),
  load: onOff(
    'KRAKEN_LOAD',
    true,
    'Whether a gateway that collects loads the event log as well. false: kraken load does, in a process of its own.',
  ),
  liveRows: integer(
    'KRAKEN_LIVE_ROWS',
    250_000,
    { min: 0, max: 100_000_000 },
    'How many page views that no table has yet a gateway beside an event log may hold in memory, about 1 KB each, to answer hours and days that are still under way. 0: none.',
  ),
  collectPort: orWord(
    integer(
      'KRAKEN_COLLECT_PORT',
      8080,
      { min: 0, max: 65_535 },
      'The port on which events are collected, on the same host. api: the one of the API. 0 takes any free one.',
    ),
    'api',
    'api',
  ),
  sites: orWord(
    hostPatterns(
      'KRAKEN_SITES',
      'others',
      'The sites whose events are collected. others: any but the projects whose numbers come from elsewhere.',
    ),
    'others',
  ),
  logSenders: networks(
    'KRAKEN_LOG_SENDERS',
    'The addresses that may send lines of logs (kraken collect --to) and edits of wikis by HTTP. Nobody unless given.',
  ),
  eventKb: integer('KRAKEN_EVENT_KB', 64, { min: 1, max: 1024 }, 'The longest event, in KiB as JSON.'),
  eventDepth: integer(
    'KRAKEN_EVENT_DEPTH',
    16,
    { min: 1, max: 60 },
    'How deep the lists and objects of an event may nest.',
  ),
  batchEvents: integer(
    'KRAKEN_BATCH_EVENTS',
    500,
    { min: 1, max: 100_000 },
    'How many events one request may bring.',
  ),
  senderEvents: orWord(
    integer(
      'KRAKEN_SENDER_EVENTS',
      6000,
      { min: 1, max: 1_000_000_000 },
      'How many events one IP address may send in a minute. More are turned away with 429.',
    ),
    'off',
  ),
} as const satisfies Record<string, Setting<unknown>>;
