import { PatternIndex } from './pattern-index.ts';
import { readUapPatterns, type UapPattern, type UapPatterns } from './uap-patterns.ts';

/** A user agent by the names of uap-core's patterns; `-` where something can't be said, as at Wikimedia. */
export interface UserAgent {
  readonly browserFamily: string;
  readonly browserMajor: string;
  readonly osFamily: string;
  readonly osMajor: string;
  readonly osMinor: string;
  readonly deviceFamily: string;
  /** The version of Wikimedia's app. */
  readonly wmfAppVersion: string;
}

/** No pattern runs on a longer user agent: some patterns would take very long. */
const LONGEST = 400;
const UNKNOWN = '-';
/** What uap-core calls what no pattern matches. */
const OTHER = 'Other';
const APP = 'WikipediaApp/';

/** Ends in the version of uap-core in package.json: a test keeps them equal. */
export const USER_AGENT_VERSION = 'user-agent-1-uap-core-0.18.0';

/** Says what a user agent is. One that is longer than 400 characters is unknown. */
export class UserAgentParser {
  readonly #browsers: List;
  readonly #systems: List;
  readonly #devices: List;

  constructor({ browsers, systems, devices }: UapPatterns) {
    this.#browsers = new List(browsers);
    this.#systems = new List(systems);
    this.#devices = new List(devices);
  }

  parse(userAgent: string): UserAgent {
    const isTooLong = userAgent.length > LONGEST;
    const lower = isTooLong ? '' : userAgent.toLowerCase();
    const [browserFamily = OTHER, browserMajor] = isTooLong
      ? [UNKNOWN]
      : this.#browsers.find(userAgent, lower);
    const [osFamily = OTHER, osMajor, osMinor] = isTooLong ? [UNKNOWN] : this.#systems.find(userAgent, lower);
    const [deviceFamily = OTHER] = isTooLong ? [UNKNOWN] : this.#devices.find(userAgent, lower);
    return {
      browserFamily,
      browserMajor: browserMajor ?? UNKNOWN,
      osFamily,
      osMajor: osMajor ?? UNKNOWN,
      osMinor: osMinor ?? UNKNOWN,
      deviceFamily,
      wmfAppVersion: appVersion(userAgent),
    };
  }
}

let parser: UserAgentParser | undefined;

/** Says what a user agent is, by the patterns of the package uap-core, which are read at the first call. */
export function userAgentOf(userAgent: string): UserAgent {
  return (parser ??= new UserAgentParser(readUapPatterns())).parse(userAgent);
}

class List {
  readonly #index: PatternIndex;
  readonly #patterns: readonly UapPattern[];

  constructor(patterns: readonly UapPattern[]) {
    this.#patterns = patterns;
    this.#index = new PatternIndex(patterns.map(({ regex }) => regex));
  }

  /** Returns the family and the versions that the first matching pattern gives; nothing where none matches. */
  find(text: string, lower: string): (string | undefined)[] {
    const found = this.#index.match(text, lower);
    if (!found) return [];
    const { replacements } = this.#patterns[found.place] as UapPattern;
    return replacements.map((replacement, group) => {
      const value = replacement === undefined ? found.match[group + 1] : filled(replacement, found.match);
      return value === undefined || value === '' ? undefined : value;
    });
  }
}

function filled(replacement: string, match: RegExpExecArray): string {
  return replacement.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '').trim();
}

function appVersion(userAgent: string): string {
  if (!userAgent.startsWith(APP)) return UNKNOWN;
  return userAgent.slice(APP.length).split(' ', 1)[0] || UNKNOWN;
}
