import { nearest } from '../core/value/nearest.ts';
import { COLLECT_SETTINGS } from './collect-settings.ts';
import { EVENT_LOG_SCHEMES, SERIES_SCHEMES, WAREHOUSE_SCHEMES } from './engines.ts';
import {
  baseUrl,
  choice,
  ConfigError,
  engine,
  folder,
  host,
  integer,
  networks,
  orWord,
  type Setting,
} from './setting.ts';

const MINUTE_MS = 60_000;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every setting, once. The documentation, the flags, `kraken config` and its schema derive from it. */
export const SETTINGS = {
  host: host('KRAKEN_HOST', '127.0.0.1', 'Where the API listens. 0.0.0.0 or :: for every interface.'),
  port: integer('KRAKEN_PORT', 8080, { min: 0, max: 65_535 }, 'The port of the API. 0 takes any free one.'),
  adminPort: orWord(
    integer(
      'KRAKEN_ADMIN_PORT',
      8081,
      { min: 0, max: 65_535 },
      'The port of /livez, /readyz and /metrics for operators, on the same host. 0 takes any free one.',
    ),
    'off',
  ),
  data: folder('KRAKEN_DATA', './data', 'The folder in which both engines lie, unless told otherwise.'),
  datasets: orWord(
    folder(
      'KRAKEN_DATASETS',
      'none',
      "A folder of data owners' YAML files: data sets, graphs and dashboards. serve --sample adds the one of the sample.",
    ),
    'none',
  ),
  series: engine(
    'KRAKEN_SERIES',
    'lmdb:{KRAKEN_DATA}/series',
    SERIES_SCHEMES,
    'Where series are read by key. lmdb:PATH is one file, with its lock beside it; hbase://HOST:PORT,…/PREFIX is an HBase, through any of its Thrift2 gateways.',
  ),
  warehouse: engine(
    'KRAKEN_WAREHOUSE',
    'duckdb:{KRAKEN_DATA}/lake',
    WAREHOUSE_SCHEMES,
    'Where every table lies. duckdb:PATH is a folder of Parquet partitions; hive://HOST:PORT/DATABASE?lake=FOLDER is a Hive, with the folder that both see.',
  ),
  eventLog: engine(
    'KRAKEN_EVENT_LOG',
    'files:{KRAKEN_DATA}/events',
    EVENT_LOG_SCHEMES,
    'Where collected events wait until they are loaded. files:PATH is a folder of segment files with one writer.',
  ),
  streams: orWord(
    folder(
      'KRAKEN_STREAMS',
      'none',
      'A folder of YAML files that declare streams of events. The streams pageview, action and webrequest are built in.',
    ),
    'none',
  ),
  ...COLLECT_SETTINGS,
  publicUrl: orWord(
    baseUrl(
      'KRAKEN_PUBLIC_URL',
      'The address under which callers reach the API, for links. auto: the one that a request names.',
    ),
    'auto',
    'auto',
  ),
  trustedProxies: networks(
    'KRAKEN_TRUSTED_PROXIES',
    "The proxies whose X-Forwarded headers tell the caller's address. Nobody is trusted by default.",
  ),
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
    'Memory for finished answers and their compressed forms, in MiB.',
  ),
  readDeadlineMs: integer(
    'KRAKEN_READ_DEADLINE_MS',
    2000,
    { min: 1, max: 10 * MINUTE_MS },
    'The longest that a read by key may take, in ms.',
  ),
  queryDeadlineMs: integer(
    'KRAKEN_QUERY_DEADLINE_MS',
    10_000,
    { min: 1, max: 60 * MINUTE_MS },
    'The longest that a query of the warehouse may take, in ms.',
  ),
  points: integer(
    'KRAKEN_POINTS',
    50_000,
    { min: 1, max: 1_000_000_000 },
    'The points (periods x series x measures) that one request for several series may cost.',
  ),
  graphqlDepth: integer(
    'KRAKEN_GRAPHQL_DEPTH',
    15,
    { min: 1, max: 1000 },
    'How deep the fields of a GraphQL query may nest.',
  ),
  graphqlBatch: integer(
    'KRAKEN_GRAPHQL_BATCH',
    10,
    { min: 1, max: 1000 },
    'How many GraphQL operations one request may hold.',
  ),
  maxBodyKb: integer(
    'KRAKEN_MAX_BODY_KB',
    256,
    { min: 1, max: 1_048_576 },
    'The longest body of a request, in KiB.',
  ),
  maxRequests: integer(
    'KRAKEN_MAX_REQUESTS',
    1000,
    { min: 1, max: 1_000_000 },
    'How many requests may be under way. More are turned away with 503.',
  ),
  maxRequestsPerClient: integer(
    'KRAKEN_MAX_REQUESTS_PER_CLIENT',
    200,
    { min: 1, max: 1_000_000 },
    'How many requests of one IP address may be under way. More are turned away with 429. Behind a proxy, name it in KRAKEN_TRUSTED_PROXIES.',
  ),
  refreshMs: integer(
    'KRAKEN_REFRESH_MS',
    1000,
    { min: 10, max: MINUTE_MS },
    'How often the engines are asked for newer data, in ms.',
  ),
  leaseWaitMs: integer(
    'KRAKEN_LEASE_WAIT_MS',
    30_000,
    { min: 0, max: 24 * 60 * MINUTE_MS },
    'How long an import waits for another one to end, in ms, before it says who is at work.',
  ),
  logLevel: choice('KRAKEN_LOG_LEVEL', 'info', LEVELS, 'What is worth a line of the log.'),
  logFormat: choice(
    'KRAKEN_LOG_FORMAT',
    'auto',
    ['auto', 'json', 'text'],
    'How the log on standard output is written. auto: as text for people on a terminal, as JSON elsewhere.',
  ),
  graceMs: integer(
    'KRAKEN_GRACE_MS',
    3000,
    { min: 0, max: 60 * MINUTE_MS },
    'How long new requests are still answered after SIGTERM, in ms, while /readyz fails already: until proxies have seen that.',
  ),
  drainMs: integer(
    'KRAKEN_DRAIN_MS',
    10_000,
    { min: 0, max: 60 * MINUTE_MS },
    'How long requests under way may go on after that, in ms.',
  ),
} as const satisfies Record<string, Setting<unknown>>;

/** Every setting's value, checked. */
export type Config = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer Value>
    ? Value
    : never;
};

/** Texts by the key of their setting, as the command line gives them; keys of other options do no harm. */
export type Flags = Readonly<Record<string, unknown>>;

/** A setting with what was chosen for it. */
export interface Chosen {
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
 * What is chosen for every setting, in the order of `SETTINGS`. A flag counts more than the
 * environment; an empty variable counts as none.
 * @throws ConfigError for a value that a setting can't have, and for a KRAKEN_ variable that is no setting
 */
export function chooseSettings(env: NodeJS.ProcessEnv, flags: Flags): Chosen[] {
  const entries = Object.entries(SETTINGS) as [keyof Config, Setting<unknown>][];
  const names = entries.map(([, setting]) => setting.name);
  refuseUnknown(env, names);
  const texts = new Map<string, string>();
  return entries.map(([key, setting]): Chosen => {
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

/** @throws ConfigError as `chooseSettings` does, and where two ports are one */
export function readConfig(env: NodeJS.ProcessEnv, flags: Flags): Config {
  const chosen = chooseSettings(env, flags);
  const config = Object.fromEntries(chosen.map(({ key, value }) => [key, value])) as unknown as Config;
  refuseSharedPorts(config);
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

/** What the names of variables begin with that tell tests where to look, and are no settings. */
const FOR_TESTS = 'KRAKEN_TEST_';

function refuseUnknown(env: NodeJS.ProcessEnv, names: readonly string[]): void {
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('KRAKEN_') && !name.startsWith(FOR_TESTS) && !names.includes(name),
  );
  if (unknown === undefined) return;
  const meant = nearest(unknown, names);
  const hint = meant ? `did you mean ${meant}?` : 'kraken config lists those there are.';
  throw new ConfigError(
    `${unknown} is ${JSON.stringify(withoutPassword(env[unknown] ?? ''))}, but there is no such setting: ${hint}`,
  );
}

/** What may be shown of an address: `hive://user:password@host` has a secret in it. */
export function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^:@/]*):.*@/, '$1:…@');
}
