import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A pattern of uap-core, and what replaces its groups (https://github.com/ua-parser/uap-core, docs/specification.md). */
export interface UapPattern {
  readonly regex: RegExp;
  /** The family and the versions, in order: a text with `$1`, or undefined for the group of that number. */
  readonly replacements: readonly (string | undefined)[];
}

export interface UapPatterns {
  readonly browsers: readonly UapPattern[];
  readonly systems: readonly UapPattern[];
  readonly devices: readonly UapPattern[];
}

type Entry = Readonly<Record<string, string | undefined>>;

/** Reads the patterns of the package uap-core: some 200 KB of YAML. */
export function readUapPatterns(): UapPatterns {
  const path = new URL(import.meta.resolve('uap-core/regexes.yaml'));
  const lists = parse(readFileSync(path, 'utf8')) as Readonly<Record<string, readonly Entry[]>>;
  const patterns = (name: string, members: readonly string[]): UapPattern[] =>
    (lists[name] ?? []).map((entry) => ({
      regex: new RegExp(entry['regex'] as string, entry['regex_flag'] ?? ''),
      replacements: members.map((member) => entry[member]),
    }));
  return {
    browsers: patterns('user_agent_parsers', ['family_replacement', 'v1_replacement']),
    systems: patterns('os_parsers', ['os_replacement', 'os_v1_replacement', 'os_v2_replacement']),
    devices: patterns('device_parsers', ['device_replacement']),
  };
}
