import { createRequire } from 'node:module';
import { nearest } from '../core/value/nearest.ts';

const require = createRequire(import.meta.url);
const current = require('spdx-license-ids') as readonly string[];
const deprecated = require('spdx-license-ids/deprecated.json') as readonly string[];

/** Every id of the SPDX list by its lower-case form. https://spdx.org/licenses/ */
const IDS: ReadonlyMap<string, string> = new Map(
  [...deprecated, ...current].map((id) => [id.toLowerCase(), id] as const),
);

/** A licence that isn't on the list, by SPDX's own rules. */
const OWN = /^LicenseRef-[A-Za-z0-9.-]+$/;

/** Explains, as the end of a sentence, what is wrong with a licence's name; undefined if it is valid. */
export function whyNoLicence(name: string): string | undefined {
  const known = IDS.get(name.toLowerCase());
  if (known === name || OWN.test(name)) return undefined;
  const near = known ?? newestOf(name) ?? nearest(name, current);
  return near === undefined
    ? 'is not an id of the SPDX list (https://spdx.org/licenses/); for a licence that is not listed, write LicenseRef-NAME.'
    : `is not an id of the SPDX list: did you mean ${near}?`;
}

/** Returns the newest version of a licence named without one, or with spaces: `CC BY` → `CC-BY-4.0`. */
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
