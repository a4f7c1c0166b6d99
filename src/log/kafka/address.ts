import { EventLogError } from '../log-errors.ts';

export interface BrokerPlace {
  readonly host: string;
  readonly port: number;
}

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** The address of a log on Kafka, and the settings for new topics. */
export interface KafkaAddress {
  /** Some brokers of the cluster. They name the others. */
  readonly brokers: readonly BrokerPlace[];
  /** The name after the brokers: the prefix of a log's topics, or one topic. */
  readonly name: string | undefined;
  /** The number of partitions of new topics. */
  readonly partitions: number;
  /** The number of replicas of new topics; undefined for the cluster's default. */
  readonly replication: number | undefined;
  readonly tls: boolean;
  /** A file with trusted certificates (PEM); undefined for those that Node trusts. */
  readonly ca: string | undefined;
  readonly login: Login | undefined;
}

export interface Login {
  readonly mechanism: SaslMechanism;
  readonly user: string;
  readonly password: string;
}

const DEFAULT_PORT = 9092;
const DEFAULT_PREFIX = 'kraken';
/** Kafka allows 249 characters in a topic's name; a stream's name has up to 200. */
const PREFIX = /^[A-Za-z0-9_-]{1,48}$/;
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
const OPTIONS = ['partitions', 'replication', 'tls', 'ca', 'sasl'] as const;
type Option = (typeof OPTIONS)[number];

/**
 * Reads what follows `kafka:` in an address:
 * `//[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/NAME]?partitions=1&replication=3&tls=true&ca=FILE&sasl=plain|scram-sha-256|scram-sha-512`.
 * @throws EventLogError, saying what is wrong with it, but never the password
 */
export function parseKafkaAddress(place: string): KafkaAddress {
  const parts = /^\/\/(?:([^@/?]*)@)?([^@/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(place);
  if (!parts) throw refused('it has no broker: kafka://HOST:PORT,HOST:PORT/PREFIX');
  const [, login, hosts = '', name = '', query = ''] = parts;
  if (name !== '' && !TOPIC.test(name)) {
    throw refused(`a topic is named by letters, digits, ".", "_" and "-", not ${JSON.stringify(name)}`);
  }
  const options = optionsOf(query);
  return {
    brokers: hosts.split(',').map(parseBroker),
    name: name === '' ? undefined : name,
    partitions: parseCount('partitions', options.get('partitions')) ?? 1,
    replication: parseCount('replication', options.get('replication')),
    tls: parseTls(options.get('tls')),
    ca: options.get('ca'),
    login: parseLogin(login, options.get('sasl')),
  };
}

/**
 * Returns the prefix of a log's topics. It has no ".", so that a topic `PREFIX.STREAM` belongs to exactly one log
 * and stream.
 */
export function prefixOf({ name = DEFAULT_PREFIX }: KafkaAddress): string {
  if (!PREFIX.test(name)) {
    throw refused(`a prefix has letters, digits, "_" and "-", 48 at most, not ${JSON.stringify(name)}`);
  }
  return name;
}

/** Returns the topic that an address names. @throws EventLogError where it names none */
export function topicOf({ name }: KafkaAddress): string {
  if (name === undefined) throw refused('it names no topic: kafka://HOST:PORT/TOPIC');
  return name;
}

function parseBroker(text: string): BrokerPlace {
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:\s]+))(?::(\d{1,5}))?$/.exec(text);
  if (!parts) throw refused(`${JSON.stringify(text)} is no HOST:PORT`);
  const port = Number(parts[3] ?? DEFAULT_PORT);
  if (port < 1 || port > 65_535) throw refused(`${port} is no port`);
  return { host: (parts[1] ?? parts[2]) as string, port };
}

function optionsOf(query: string): ReadonlyMap<Option, string> {
  const options = new Map<Option, string>();
  for (const [given, value] of new URLSearchParams(query)) {
    const name = OPTIONS.find((known) => known === given);
    if (!name) throw refused(`it has no option ${JSON.stringify(given)}, only ${OPTIONS.join(', ')}`);
    if (value === '') throw refused(`its option ${name} has no value`);
    if (options.has(name)) throw refused(`its option ${name} is there twice`);
    options.set(name, value);
  }
  return options;
}

function parseCount(name: Option, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw refused(`${name} is a number from 1 to 999, not ${text}`);
  return Number(text);
}

function parseTls(text = 'false'): boolean {
  if (text !== 'true' && text !== 'false') throw refused(`tls is true or false, not ${text}`);
  return text === 'true';
}

function parseLogin(login: string | undefined, sasl: string | undefined): Login | undefined {
  if (login === undefined) {
    if (sasl !== undefined) throw refused('sasl needs a user: kafka://USER:PASSWORD@HOST:PORT');
    return undefined;
  }
  const mechanism = SASL_MECHANISMS.find((known) => known.toLowerCase() === (sasl ?? 'plain').toLowerCase());
  if (!mechanism) throw refused(`sasl is ${SASL_MECHANISMS.join(', ').toLowerCase()}, not ${sasl}`);
  const [user = '', ...password] = login.split(':');
  return { mechanism, user: decoded(user), password: decoded(password.join(':')) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused('user and password are written as in any URL, other characters as %XX');
  }
}

function refused(why: string): EventLogError {
  return new EventLogError(`the address of the event log can't be used: ${why}`);
}
