import { createRequire } from 'node:module';
import { nearest } from '../core/value/nearest.ts';

const require = createRequire(import.meta.url);
const current = require('spdx-license-ids') as readonly string[];
const deprecated = require('spdx-license-ids/deprecated.json') as readonly string[];

/** Every id of the SPDX list, by itself in small letters. https://spdx.org/licenses/ */
const IDS: ReadonlyMap<string, string> = new Map(
  [...deprecated, ...current].map((id) => [id.toLowerCase(), id] as const),
);

/** A licence that isn't on the list, by SPDX's own rules. */
const OWN = /^LicenseRef-[A-Za-z0-9.-]+$/;

/** What is wrong with the name of a licence, as the end of a sentence; undefined where it is one of SPDX's. */
export function whyNoLicence(name: string): string | undefined {
  const known = IDS.get(name.toLowerCase());
  if (known === name || OWN.test(name)) return undefined;
  const near = known ?? newestOf(name) ?? nearest(name, current);
  return near === undefined
    ? 'is no id of the SPDX list (https://spdx.org/licenses/); of a licence that is not on it, write LicenseRef-NAME.'
    : `is no id of the SPDX list: did you mean ${near}?`;
}

/** The newest version of a licence that is named without one, or with spaces: `CC BY` → `CC-BY-4.0`. */
function newestOf(name: string): string | undefined {
  const start = name.trim().replaceAll(/\s+/g, '-').toLowerCase();
  const exact = IDS.get(start);
  if (exact !== undefined) return exact;
  const versions = current.filter((id) => {
    const small = id.toLowerCase();
    return small.startsWith(start) && /^-?[\d.]+(?:-only)?$/.test(small.slice(start.length));
  });
  return versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}
