import { BlockList, isIP } from 'node:net';

/** A setting that operators of Kraken can choose. */
export interface Setting<Value> {
  /** The name of its environment variable: `KRAKEN_PORT`. The flag is `--port`. */
  readonly name: `KRAKEN_${string}`;
  readonly help: string;
  /** The default, as a user would write it. `{KRAKEN_DATA}` stands for another setting, declared earlier. */
  readonly default: string;
  /** The allowed values, in words. */
  readonly allowed: string;
  /** The allowed values, as JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Parses a text. Returns undefined if the text is not an allowed value. */
  readonly read: (text: string) => Value | undefined;
  /** Whether its flag may stand alone, and is `true` then: `--collect`. */
  readonly isSwitch?: boolean;
}

/** Thrown for a setting that can't be used. The message is one sentence for the operator. */
export class ConfigError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A setting that takes a whole number from `min` to `max`. */
export function integer(
  name: Setting<number>['name'],
  byDefault: number,
  { min, max }: Bounds,
  help: string,
): Setting<number> {
  return {
    name,
    help,
    default: String(byDefault),
    allowed: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    read: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** Extends a setting so that it also takes a certain word, such as `off`. */
export function orWord<Value, const Word extends string>(
  setting: Setting<Value>,
  word: Word,
  byDefault: string = setting.default,
): Setting<Value | Word> {
  return {
    ...setting,
    default: byDefault,
    allowed: `${setting.allowed}, or ${word}`,
    schema: { anyOf: [setting.schema, { const: word }] },
    read: (text) => (text === word ? word : setting.read(text)),
  };
}

/** A setting that takes one of a few words. */
export function choice<const Value extends string>(
  name: Setting<Value>['name'],
  byDefault: NoInfer<Value>,
  values: readonly Value[],
  help: string,
): Setting<Value> {
  return {
    name,
    help,
    default: byDefault,
    allowed: `one of ${values.join(', ')}`,
    schema: { enum: values },
    read: (text) => values.find((value) => value === text),
  };
}

/** A setting that is on or off. Its flag alone turns it on. */
export function onOff(name: Setting<boolean>['name'], byDefault: boolean, help: string): Setting<boolean> {
  return {
    name,
    help,
    default: String(byDefault),
    allowed: 'true or false',
    schema: { type: 'string', enum: ['true', 'false'] },
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    isSwitch: true,
  };
}

/** A setting that takes the path of a folder. A relative path starts at the working directory. */
export function folder(name: Setting<string>['name'], byDefault: string, help: string): Setting<string> {
  return {
    name,
    help,
    default: byDefault,
    allowed: 'the path of a folder',
    schema: { type: 'string' },
    read: (text) => (text === '' || text.includes('\0') ? undefined : text),
  };
}

/** A setting that takes the path of a file. A relative path starts at the working directory. */
export function file(name: Setting<string>['name'], byDefault: string, help: string): Setting<string> {
  return { ...folder(name, byDefault, help), allowed: 'the path of a file' };
}

/** A setting that takes the name or address of a network interface. */
export function host(name: Setting<string>['name'], byDefault: string, help: string): Setting<string> {
  return {
    name,
    help,
    default: byDefault,
    allowed: 'a host name or an IP address, without a port',
    schema: { type: 'string' },
    read: (text) =>
      isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text) ? text : undefined,
  };
}

/** A setting that takes the base of links: an http or https URL without a query. A trailing slash is removed. */
export function baseUrl(name: Setting<string>['name'], help: string): Setting<string> {
  return {
    name,
    help,
    default: '',
    allowed: 'an http or https URL without a query',
    schema: { type: 'string', format: 'uri' },
    read: (text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      const fits = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username;
      return fits ? url.href.replace(/\/+$/, '') : undefined;
    },
  };
}

/** A setting that takes an address to write to. */
export function contactAddress(name: Setting<string>['name'], help: string): Setting<string> {
  return {
    name,
    help,
    default: '',
    allowed: 'mailto:ADDRESS or an https URL',
    schema: { type: 'string', format: 'uri', pattern: '^(mailto:|https://)' },
    read: (text) => (/^(?:mailto:[^\s@<>]+@[^\s@<>]+|https:\/\/[^\s<>]+)$/.test(text) ? text : undefined),
  };
}

/** A setting that takes the address of an engine. The scheme of the address says which engine it is. */
export function engine(
  name: Setting<string>['name'],
  byDefault: string,
  schemes: readonly string[],
  help: string,
): Setting<string> {
  return {
    name,
    help,
    default: byDefault,
    allowed: `an address that begins with the scheme of an engine (${schemes.map((scheme) => `${scheme}:`).join(', ')}), followed by its place`,
    schema: { type: 'string', pattern: `^(${schemes.join('|')}):.` },
    read: (text) => {
      const [scheme = '', ...place] = text.split(':');
      return schemes.includes(scheme) && place.join(':') !== '' ? text : undefined;
    },
  };
}

const NETWORK_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** A setting that takes addresses and networks, separated by commas. */
export function networks(name: Setting<readonly string[]>['name'], help: string): Setting<readonly string[]> {
  return {
    name,
    help,
    default: '',
    allowed: `IP addresses, networks such as 10.0.0.0/8, or ${NETWORK_NAMES.join(', ')}, separated by commas`,
    schema: { type: 'string' },
    read: (text) => {
      const parts = text === '' ? [] : text.split(',').map((part) => part.trim());
      return parts.every((part) => NETWORK_NAMES.includes(part) || isNetwork(part)) ? parts : undefined;
    },
  };
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  try {
    new BlockList().addSubnet(
      address,
      /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN,
      family === 4 ? 'ipv4' : 'ipv6',
    );
    return true;
  } catch {
    return false;
  }
}

/** Hosts, `*.` before a domain for all that are below it, `*` for any; separated by commas. */
export function hostPatterns(
  name: Setting<readonly string[]>['name'],
  byDefault: string,
  help: string,
): Setting<readonly string[]> {
  return {
    name,
    help,
    default: byDefault,
    allowed: 'hosts such as example.org, *.example.org for all below it, or * for any, separated by commas',
    schema: { type: 'string' },
    read: (text) => {
      const patterns = text.split(',').map((part) => part.trim().toLowerCase());
      return patterns.every((pattern) => HOST_PATTERN.test(pattern)) ? patterns : undefined;
    },
  };
}

const HOST_PATTERN = /^(?:\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;
