import type { Catalogue } from '../metric/catalogue.ts';
import type { Metric } from '../metric/metric.ts';
import { pathParameters } from '../metric/path-parameters.ts';
import { suggestion, nearest } from '../value/nearest.ts';
import { shortened } from '../value/value-list.ts';
import { missingParts } from './missing-parts.ts';

/** The maximum number of templates, and of possible next parts, that a hint names. */
const MAX_TEMPLATES = 3;
const MAX_NAMES = 12;

/** How far a path matches a metric's template. */
interface Fit {
  readonly metric: Metric;
  readonly parts: readonly string[];
  /** The number of parts that match, from the beginning. */
  readonly fitting: number;
}

/**
 * A hint on a path under `/metrics` that doesn't exist: which part of which template is missing or misspelt,
 * or which part is superfluous.
 * @param path the path, from the slash after `/metrics`
 */
export function pathHint(catalogue: Catalogue, path: string): string {
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  const empty = parts.indexOf('');
  if (empty >= 0) return `Part ${empty + 1} of the path after /metrics is empty.`;
  const fits = catalogue.metrics.map((metric) => fitOf(metric, parts));
  const whole = fits.filter((fit) => isWhole(fit, parts));
  if (whole.length > 0) return `The path has a slash too many at its end. It is ${templates(whole)}.`;
  return mistakeIn(catalogue, parts) ?? '';
}

function isWhole(fit: Fit, parts: readonly string[]): boolean {
  return fit.fitting === fit.parts.length && fit.fitting === parts.length;
}

/** What is wrong with a path; undefined if it is a metric's path. */
function mistakeIn(catalogue: Catalogue, parts: readonly string[]): string | undefined {
  const fits = catalogue.metrics.map((metric) => fitOf(metric, parts));
  if (fits.some((fit) => isWhole(fit, parts))) return undefined;
  const longer = fits.filter((fit) => fit.fitting === fit.parts.length);
  if (longer.length > 0) {
    const more = parts.length - (longer[0] as Fit).fitting;
    return `The path has ${more} ${more === 1 ? 'part' : 'parts'} too many for ${templates(longer)}. Write a / inside a value as %2F.`;
  }
  const most = fits.reduce((longest, { fitting }) => Math.max(longest, fitting), 0);
  const longest = fits.filter(({ fitting }) => fitting === most);
  const wrong = parts[most];
  if (wrong === undefined) return missing(longest, parts);
  const names = nextNames(longest, most);
  const near = nearest(wrong, names);
  const before = ['/metrics', ...(longest[0]?.parts.slice(0, most) ?? [])].join('/');
  const what = `There is no ${shortened(wrong)} in ${before}`;
  if (near === undefined) return `${what}; there is ${some(names)}.`;
  // Further mistakes are looked for as if this one were corrected.
  const rest = mistakeIn(catalogue, parts.with(most, near));
  return [`${what}${suggestion(near)}`, ...(rest === undefined ? [] : [rest])].join(' ');
}

function fitOf(metric: Metric, path: readonly string[]): Fit {
  const parts = metric.path.slice(1).split('/');
  const wrong = parts.findIndex(
    (part, i) => path[i] === undefined || !(part === path[i] || isParameter(part)),
  );
  return { metric, parts, fitting: wrong < 0 ? parts.length : wrong };
}

function isParameter(part: string): boolean {
  return part.startsWith('{');
}

function templates(fits: readonly Fit[]): string {
  return fits
    .slice(0, MAX_TEMPLATES)
    .map(({ metric }) => `/metrics${metric.path}`)
    .join(' or ');
}

/** The hint on a path that matches, but has too few parts. */
function missing(fits: readonly Fit[], path: readonly string[]): string {
  const names = nextNames(fits, path.length);
  if (names.length > 1) return `The path has to continue with one of ${some(names)}.`;
  const [only, ...others] = fits;
  if (!only || others.length > 0) return `The path is too short. It is ${templates(fits)}.`;
  const { metric, parts } = only;
  const places = [...parts.keys()].filter((i) => isParameter(parts[i] as string));
  const given = places.filter((i) => i < path.length).map((i) => path[i] as string);
  const lacking = missingParts(metric, pathParameters(metric), given);
  const count = places.length - given.length;
  const what = lacking?.map((name) => `{${name}}`).join(', ') ?? (count === 1 ? 'a part' : `${count} parts`);
  return `The path lacks ${what}. It is ${templates(fits)}.`;
}

/** The literal parts that are possible at an index. */
function nextNames(fits: readonly Fit[], at: number): string[] {
  const parts = fits.map(({ parts: all }) => all[at] ?? '');
  return [...new Set(parts.filter((part) => !isParameter(part)))].sort();
}

function some(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` or ${more} others` : ''}`;
}
