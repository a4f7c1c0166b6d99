import { LANGUAGES } from '../core/metric/wiki-languages.ts';
import type { Wiki } from './format.ts';

/** The families of wikis, by the ends of their codes. */
const FAMILIES: Readonly<Record<string, string>> = {
  b: 'wikibooks',
  d: 'wiktionary',
  n: 'wikinews',
  q: 'wikiquote',
  s: 'wikisource',
  v: 'wikiversity',
  voy: 'wikivoyage',
};
/** The wikis without languages, by the ends of their codes. */
const SINGLE: Readonly<Record<string, string>> = {
  f: 'wikimediafoundation',
  w: 'mediawiki',
  wd: 'wikidata',
};
/** The wikis under wikimedia.org. Each of these names is no language. */
const WIKIMEDIA =
  /^(?:advisory|commons|foundation|incubator|login|meta|outreach|quality|species|strategy|usability|wikimania(?:\d{4}|team)?|wikitech)$/;
/** `mw` is all of a language's mobile site in one line, in the oldest files. */
const MOBILE = new Set(['m', 'mw', 'zero']);
const NAME = /^[a-z][a-z0-9-]{0,40}$/;

/**
 * Reads a code of the hourly dumps: a language, `m` or `zero` for the mobile site, and the end of a family. At the
 * end, `m` is a family, too: `commons.m` is commons.wikimedia.org, and `commons.m.m` its mobile site, while `en.m` is
 * the mobile English Wikipedia. `""` is what Spark writes for a family without an end, which is Wikifunctions alone;
 * both of its sites come under it.
 * @returns undefined for no code
 */
export function wikiOfCode(code: string): Wiki | undefined {
  if (code === '""' || code === '') return { project: 'wikifunctions', access: '' };
  const [name = '', ...rest] = code.toLowerCase().split('.');
  if (!NAME.test(name) || rest.length > 2) return undefined;
  const [first = '', second] = rest;
  if (name === 'www' || name === 'm') {
    // `www` alone is Wikipedia's portal.
    const project = rest.length === 0 && name === 'www' ? 'wikipedia' : SINGLE[first];
    if (project === undefined || second !== undefined) return undefined;
    return { project, access: name === 'm' ? 'mobile' : 'desktop' };
  }
  if (rest.length === 0) return { project: `${name}.wikipedia`, access: 'desktop' };
  if (second === undefined) {
    if (first === 'm' && WIKIMEDIA.test(name)) return { project: `${name}.wikimedia`, access: 'desktop' };
    if (MOBILE.has(first)) return { project: `${name}.wikipedia`, access: 'mobile' };
    return inFamily(name, first, 'desktop');
  }
  if (!MOBILE.has(first)) return undefined;
  if (second === 'm') return { project: `${name}.wikimedia`, access: 'mobile' };
  return inFamily(name, second, 'mobile');
}

function inFamily(name: string, end: string, access: string): Wiki | undefined {
  const family = FAMILIES[end];
  if (family !== undefined) return { project: `${name}.${family}`, access };
  // `commons.w` was never written, but `wikidata` under a language was: aa.wd.
  const single = LANGUAGES.has(name.replaceAll('-', '_')) ? SINGLE[end] : undefined;
  return single === undefined ? undefined : { project: single, access };
}

/** Reads a project as `pageview_complete` writes it: a domain without `.org`. */
export function wikiOfDomain(domain: string): Wiki | undefined {
  const name = domain
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.org$/, '');
  return /^[a-z0-9][a-z0-9_-]{0,60}(\.[a-z0-9_-]{1,60}){0,3}$/.test(name)
    ? { project: name, access: '' }
    : undefined;
}

/** The ends that only `pagecounts-ez` has: it writes `z` for Wikipedia, and its own letters for two more families. */
const EZ_FAMILIES: Readonly<Record<string, string>> = {
  ...FAMILIES,
  k: 'wiktionary',
  o: 'wikivoyage',
  z: 'wikipedia',
};

/** Reads a code of `pagecounts-ez`: `en.z`, `AR.z`, `commons.m`. Its views are of all sites. */
export function wikiOfEzCode(code: string): Wiki | undefined {
  const [name = '', end, ...rest] = code.toLowerCase().split('.');
  if (!NAME.test(name) || rest.length > 0) return undefined;
  if (end === undefined) return { project: `${name}.wikipedia`, access: '' };
  const family = end === 'm' ? 'wikimedia' : EZ_FAMILIES[end];
  if (family !== undefined) return { project: name === 'www' ? family : `${name}.${family}`, access: '' };
  const single = SINGLE[end];
  if (single === undefined) return undefined;
  const isWhole = end === 'wd' || name === 'www' || LANGUAGES.has(name.replaceAll('-', '_'));
  return { project: isWhole ? single : `${name}.${single}`, access: '' };
}
