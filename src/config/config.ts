import { KEEP_DAYS } from '../core/time/history.ts';
import { nearest } from '../core/value/nearest.ts';
import { GRAPHQL_SETTINGS } from './graphql-settings.ts';
import { COLLECT_SETTINGS } from './collect-settings.ts';
import { DATASET_SETTINGS } from './dataset-settings.ts';
import { DOWNLOAD_SETTINGS } from './download-settings.ts';
import { EVENT_LOG_SCHEMES, SERIES_SCHEMES, WAREHOUSE_SCHEMES } from './engines.ts';
import { LISTEN_SETTINGS } from './listen-settings.ts';
import { PUBLIC_SETTINGS } from './public-settings.ts';
import { WORKERS_SETTINGS, refuseSharedCollecting } from './workers-settings.ts';
import { choice, ConfigError, engine, file, folder, host, integer, orWord, type Setting } from './setting.ts';

const MINUTE_MS = 60_000;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every setting. The documentation, the flags, `kraken config` and its schema derive from this object. */
export const SETTINGS = {
  host: host('KRAKEN_HOST', '127.0.0.1', 'The address of the API. 0.0.0.0 or :: means every interface.'),
  port: integer('KRAKEN_PORT', 8080, { min: 0, max: 65_535 }, 'The port of the API. 0 takes any free port.'),
  adminPort: orWord(
    integer(
      'KRAKEN_ADMIN_PORT',
      8081,
      { min: 0, max: 65_535 },
      'The port of /livez, /readyz and /metrics, for operators, on the same host. 0 takes any free port.',
    ),
    'off',
  ),
  ...WORKERS_SETTINGS,
  data: folder('KRAKEN_DATA', './data', 'The folder of both engines, unless they are set elsewhere.'),
  ...DATASET_SETTINGS,
  series: engine(
    'KRAKEN_SERIES',
    'lmdb:{KRAKEN_DATA}/series',
    SERIES_SCHEMES,
    'The store of series, read by key. lmdb:PATH is one file, with its lock file beside it; hbase://HOST:PORT,…/PREFIX is an HBase cluster, reached through any of its Thrift2 gateways.',
  ),
  warehouse: engine(
    'KRAKEN_WAREHOUSE',
    'duckdb:{KRAKEN_DATA}/lake',
    WAREHOUSE_SCHEMES,
    'The warehouse of all tables. duckdb:PATH is a folder of Parquet partitions; hive://HOST:PORT/DATABASE?lake=FOLDER is a HiveServer2, with a folder that Hive and Kraken both see.',
  ),
  eventLog: engine(
    'KRAKEN_EVENT_LOG',
    'files:{KRAKEN_DATA}/events',
    EVENT_LOG_SCHEMES,
    'Where collected events wait until they are loaded. files:PATH is a folder of segment files with one writer; kafka://HOST:PORT,…/PREFIX a Kafka, a topic a stream.',
  ),
  streams: orWord(
    folder(
      'KRAKEN_STREAMS',
      'none',
      'A folder of YAML files that declare streams of events. pageview, action, webrequest and rejects are built in.',
    ),
    'none',
  ),
  geo: orWord(
    file(
      'KRAKEN_GEO',
      'none',
      'A file .mmdb of your own that says in which country an address lies (GeoLite2-Country, DB-IP and so on). Without it countries are unknown.',
    ),
    'none',
  ),
  ...COLLECT_SETTINGS,
  ...PUBLIC_SETTINGS,
  ...DOWNLOAD_SETTINGS,
  cellCacheMb: integer(
    'KRAKEN_CELL_CACHE_MB',
    64,
    { min: 0, max: 1_048_576 },
    'Memory for decoded cells, in MiB.',
  ),
  answerCacheMb: integer(
    'KRAKEN_ANSWER_CACHE_MB',
    64,
    { min: 0, max: 1_048_576 },
    'Memory for rendered answers of REST and GraphQL, and their compressed copies, in MiB.',
  ),
  readDeadlineMs: integer(
    'KRAKEN_READ_DEADLINE_MS',
    2000,
    { min: 1, max: 10 * MINUTE_MS },
    'The deadline of a read by key, in ms.',
  ),
  queryDeadlineMs: integer(
    'KRAKEN_QUERY_DEADLINE_MS',
    10_000,
    { min: 1, max: 60 * MINUTE_MS },
    'The deadline of a warehouse query, in ms.',
  ),
  points: integer(
    'KRAKEN_POINTS',
    50_000,
    { min: 1, max: 1_000_000_000 },
    'The maximum cost of a request for several series, in points (periods x series x measures).',
  ),
  ...GRAPHQL_SETTINGS,
  maxBodyKb: integer(
    'KRAKEN_MAX_BODY_KB',
    256,
    { min: 1, max: 1_048_576 },
    'The maximum size of a request body, in KiB.',
  ),
  maxRequests: integer(
    'KRAKEN_MAX_REQUESTS',
    1000,
    { min: 1, max: 1_000_000 },
    'The maximum number of concurrent requests. Further ones get 503.',
  ),
  maxRequestsPerClient: integer(
    'KRAKEN_MAX_REQUESTS_PER_CLIENT',
    200,
    { min: 1, max: 1_000_000 },
    'The maximum number of concurrent requests from one IP address. Further ones get 429. Behind a proxy, name the proxy in KRAKEN_TRUSTED_PROXIES.',
  ),
  ...LISTEN_SETTINGS,
  refreshMs: integer(
    'KRAKEN_REFRESH_MS',
    1000,
    { min: 10, max: MINUTE_MS },
    'The interval at which Kraken looks for newer data in the engines, in ms.',
  ),
  correctionsDays: integer(
    'KRAKEN_CORRECTIONS_DAYS',
    KEEP_DAYS,
    { min: 0, max: 3650 },
    'For how many days corrections and the numbers before them are kept, so that questions can be answered as of an earlier time. 0 keeps none.',
  ),
  leaseWaitMs: integer(
    'KRAKEN_LEASE_WAIT_MS',
    30_000,
    { min: 0, max: 24 * 60 * MINUTE_MS },
    'How long an import waits for another import to end, in ms. Then it fails and names the other one.',
  ),
  logLevel: choice('KRAKEN_LOG_LEVEL', 'info', LEVELS, 'The lowest level that is logged.'),
  logFormat: choice(
    'KRAKEN_LOG_FORMAT',
    'auto',
    ['auto', 'json', 'text'],
    'The format of the log on standard output. auto: text on a terminal, JSON elsewhere.',
  ),
  graceMs: integer(
    'KRAKEN_GRACE_MS',
    3000,
    { min: 0, max: 60 * MINUTE_MS },
    'How long new requests are still answered after SIGTERM, in ms. /readyz fails during this time, so that proxies stop sending requests.',
  ),
  drainMs: integer(
    'KRAKEN_DRAIN_MS',
    10_000,
    { min: 0, max: 60 * MINUTE_MS },
    'How long running requests may take to finish after that, in ms.',
  ),
} as const satisfies Record<string, Setting<unknown>>;

/** The validated values of all settings. */
export type Config = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer Value>
    ? Value
    : never;
};

/** The flags of the command line: texts by the key of their setting. Keys of other options are ignored. */
export type Flags = Readonly<Record<string, unknown>>;

/** A setting with the value that was chosen for it. */
export interface ChosenSetting {
  readonly key: keyof Config;
  readonly setting: Setting<unknown>;
  readonly text: string;
  readonly value: unknown;
  readonly from: 'default' | 'environment' | 'flag';
}

/** The flag of a setting: `KRAKEN_ADMIN_PORT` → `--admin-port`. */
export function flagOf(setting: Setting<unknown>): string {
  return `--${setting.name.slice('KRAKEN_'.length).toLowerCase().replaceAll('_', '-')}`;
}

/**
 * Returns the chosen value of every setting, in the order of `SETTINGS`. A flag overrides the
 * environment; an empty variable counts as unset.
 * @throws ConfigError for a value that a setting can't have, and for a KRAKEN_ variable that is not a setting
 */
export function chooseSettings(env: NodeJS.ProcessEnv, flags: Flags): ChosenSetting[] {
  const entries = Object.entries(SETTINGS) as [keyof Config, Setting<unknown>][];
  const names = entries.map(([, setting]) => setting.name);
  refuseUnknown(env, names);
  const texts = new Map<string, string>();
  return entries.map(([key, setting]): ChosenSetting => {
    // A switch that stands alone.
    const flag = setting.isSwitch && flags[key] === true ? 'true' : flags[key];
    const variable = env[setting.name];
    const from = typeof flag === 'string' ? 'flag' : variable ? 'environment' : 'default';
    const text =
      typeof flag === 'string'
        ? flag
        : variable || setting.default.replace(/\{(\w+)\}/g, (_, name: string) => texts.get(name) ?? '');
    const value = setting.read(text);
    if (value === undefined) {
      const spelling = from === 'flag' ? flagOf(setting) : setting.name;
      throw new ConfigError(
        `${spelling} is ${JSON.stringify(withoutPassword(text))}, but it takes ${setting.allowed}.`,
      );
    }
    texts.set(setting.name, text);
    return { key, setting, text, value, from };
  });
}

/**
 * Returns the value of every setting.
 * @throws ConfigError as `chooseSettings` does, if two ports are the same, and if workers would share what one process does
 */
export function readConfig(env: NodeJS.ProcessEnv, flags: Flags): Config {
  const chosen = chooseSettings(env, flags);
  const config = Object.fromEntries(chosen.map(({ key, value }) => [key, value])) as unknown as Config;
  refuseSharedPorts(config);
  refuseSharedCollecting(config);
  return config;
}

function refuseSharedPorts(config: Config): void {
  const ports = (
    ['port', 'adminPort', ...(config.collect ? (['collectPort'] as const) : [])] as const
  ).filter((key) => typeof config[key] === 'number' && config[key] !== 0);
  for (const [index, key] of ports.entries()) {
    const other = ports.slice(index + 1).find((one) => config[one] === config[key]);
    if (other === undefined) continue;
    const [first, second] = [SETTINGS[key], SETTINGS[other]].map(
      (setting) => `${setting.name} (${flagOf(setting)})`,
    );
    throw new ConfigError(`${first} and ${second} are both ${config[key]}: each needs a port of its own.`);
  }
}

/** The prefix of the variables that only tests read. They are not settings. */
const FOR_TESTS = 'KRAKEN_TEST_';

function refuseUnknown(env: NodeJS.ProcessEnv, names: readonly string[]): void {
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('KRAKEN_') && !name.startsWith(FOR_TESTS) && !names.includes(name),
  );
  if (unknown === undefined) return;
  const meant = nearest(unknown, names);
  const hint = meant ? `did you mean ${meant}?` : 'kraken config lists all settings.';
  throw new ConfigError(
    `${unknown} is ${JSON.stringify(withoutPassword(env[unknown] ?? ''))}, but there is no such setting: ${hint}`,
  );
}

/** Hides the password of an address such as `hive://user:password@host`, so that it can be shown. */
export function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^:@/]*):.*@/, '$1:…@');
}
