import type { Catalogue } from '../metric/catalogue.ts';
import type { Metric } from '../metric/metric.ts';
import { pathParameters } from '../metric/path-parameters.ts';
import { suggestion, nearest } from '../value/nearest.ts';
import { shortened } from '../value/value-list.ts';
import { missingParts } from './missing-parts.ts';

/** As many templates, or names that a path may go on with, are told. */
const MAX_TEMPLATES = 3;
const MAX_NAMES = 12;

/** A metric's path, as far as a path fits it. */
interface Fit {
  readonly metric: Metric;
  readonly parts: readonly string[];
  /** How many of the path's parts fit. */
  readonly fitting: number;
}

/**
 * What was most likely meant by a path under `/metrics` that names nothing: the template of which a
 * part is missing, too many, or misspelt.
 * @param path from the slash after `/metrics`
 */
export function pathHint(catalogue: Catalogue, path: string): string {
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  const empty = parts.indexOf('');
  if (empty >= 0) return `Part ${empty + 1} of the path after /metrics is empty.`;
  const fits = catalogue.metrics.map((metric) => fitOf(metric, parts));
  const whole = fits.filter((fit) => isWhole(fit, parts));
  if (whole.length > 0) return `The path ends in a slash too many: it is ${templates(whole)}.`;
  return mistakeIn(catalogue, parts) ?? '';
}

function isWhole(fit: Fit, parts: readonly string[]): boolean {
  return fit.fitting === fit.parts.length && fit.fitting === parts.length;
}

/** What is wrong with a path; undefined where it is one of a metric. */
function mistakeIn(catalogue: Catalogue, parts: readonly string[]): string | undefined {
  const fits = catalogue.metrics.map((metric) => fitOf(metric, parts));
  if (fits.some((fit) => isWhole(fit, parts))) return undefined;
  const longer = fits.filter((fit) => fit.fitting === fit.parts.length);
  if (longer.length > 0) {
    const more = parts.length - (longer[0] as Fit).fitting;
    return `The path has ${more} ${more === 1 ? 'part' : 'parts'} too many for ${templates(longer)}. A / within a value is written %2F.`;
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
  // The others are told of as if this one were right.
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

/** The path has too few parts, all of which fit. */
function missing(fits: readonly Fit[], path: readonly string[]): string {
  const names = nextNames(fits, path.length);
  if (names.length > 1) return `The path goes on with ${some(names)}.`;
  const [only, ...others] = fits;
  if (!only || others.length > 0) return `The path is not whole: it is ${templates(fits)}.`;
  const { metric, parts } = only;
  const places = [...parts.keys()].filter((i) => isParameter(parts[i] as string));
  const given = places.filter((i) => i < path.length).map((i) => path[i] as string);
  const lacking = missingParts(metric, pathParameters(metric), given);
  const count = places.length - given.length;
  const what = lacking?.map((name) => `{${name}}`).join(', ') ?? (count === 1 ? 'a part' : `${count} parts`);
  return `The path lacks ${what}: it is ${templates(fits)}.`;
}

/** What can stand in a place, where that is no parameter. */
function nextNames(fits: readonly Fit[], at: number): string[] {
  const parts = fits.map(({ parts: all }) => all[at] ?? '');
  return [...new Set(parts.filter((part) => !isParameter(part)))].sort();
}

function some(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` or ${more} others` : ''}`;
}
