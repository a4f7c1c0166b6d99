import { EngineError } from '../../core/engine-error.ts';

/** The parts of a `hive://` address: where a HiveServer2 is, and how to talk to it. */
export interface HiveAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly transport: 'binary' | 'http';
  /** The path of the HTTP transport. */
  readonly path: string;
  /** `plain` sends user and password by SASL (binary) or Basic (HTTP). It also fits a server with LDAP. */
  readonly auth: 'nosasl' | 'plain';
  readonly tls: boolean;
  /** A file with the trusted certificates (PEM); undefined means those that Node trusts. */
  readonly ca: string | undefined;
  /** The maximum number of open sessions. Each runs one statement at a time. */
  readonly sessions: number;
  /** The folder of the lake as this process sees it; undefined means that rows are written by INSERT. */
  readonly lake: string | undefined;
  /** The same folder as Hive sees it: `hdfs://…`, `s3a://…`, `file:///…`. */
  readonly location: string | undefined;
}

const OPTIONS = ['lake', 'location', 'transport', 'path', 'auth', 'tls', 'ca', 'sessions'] as const;
type Option = (typeof OPTIONS)[number];

const MAX_SESSIONS = 64;

/**
 * Parses the part of an address that follows `hive:`:
 * `//[user[:password]@]host[:port][/database]?lake=FOLDER&location=URI&transport=binary|http&path=/cliservice&auth=nosasl|plain&tls=true|false&ca=FILE&sessions=4`.
 * @throws EngineError that says what is wrong, but never shows the password
 */
export function parseHiveAddress(place: string): HiveAddress {
  const url = URL.canParse(`hive:${place}`) ? new URL(`hive:${place}`) : undefined;
  if (!url || url.hostname === '') throw wrong('it has no host: write hive://HOST:PORT/DATABASE');
  const options = optionsOf(url);
  const choice = <const Value extends string>(name: Option, values: readonly Value[], byDefault: Value) => {
    const given = options.get(name) ?? byDefault;
    const value = values.find((known) => known === given);
    if (value === undefined) throw wrong(`${name} must be ${values.join(' or ')}, not ${given}`);
    return value;
  };
  const user = url.username === '' ? undefined : decoded(url.username, 'user');
  const auth = choice('auth', ['nosasl', 'plain'], user === undefined ? 'nosasl' : 'plain');
  if (auth === 'plain' && user === undefined)
    throw wrong('auth=plain needs a user: write hive://USER:PASSWORD@HOST');
  const path = options.get('path') ?? '/cliservice';
  if (!path.startsWith('/')) throw wrong(`path must begin with a slash, unlike ${path}`);
  const sessions = options.get('sessions') ?? '4';
  if (!/^[1-9]\d?$/.test(sessions) || Number(sessions) > MAX_SESSIONS) {
    throw wrong(`sessions must be a whole number from 1 to ${MAX_SESSIONS}, not ${sessions}`);
  }
  const database = decoded(url.pathname.slice(1), 'database') || 'default';
  if (!/^\w+$/.test(database))
    throw wrong(`the name of a database has only letters, digits and _, unlike ${database}`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 10000 : Number(url.port),
    database,
    user,
    password: url.password === '' ? undefined : decoded(url.password, 'password'),
    transport: choice('transport', ['binary', 'http'], 'binary'),
    path,
    auth,
    tls: choice('tls', ['true', 'false'], 'false') === 'true',
    ca: options.get('ca'),
    sessions: Number(sessions),
    lake: options.get('lake'),
    location: options.get('location'),
  };
}

function optionsOf(url: URL): ReadonlyMap<Option, string> {
  const options = new Map<Option, string>();
  for (const [given, value] of url.searchParams) {
    const name = OPTIONS.find((known) => known === given);
    if (!name) throw wrong(`there is no option ${given}, only ${OPTIONS.join(', ')}`);
    if (value === '') throw wrong(`its option ${name} has no value`);
    if (options.has(name)) throw wrong(`its option ${name} is given twice`);
    options.set(name, value);
  }
  return options;
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(`its ${part} has a % without two hexadecimal digits after it: write a % as %25`);
  }
}

function wrong(what: string): EngineError {
  return new EngineError('hive', `the hive address is wrong: ${what}`);
}

/**
 * Returns the URI of a lake's folder for Hive.
 * @param folder an absolute path on this host
 * @param location the address's option; undefined means that Hive sees this host's files
 */
export function locationOf(folder: string, location: string | undefined): string {
  return (location ?? `file://${folder}`).replace(/\/+$/, '');
}
