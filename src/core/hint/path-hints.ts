import type { Catalogue } from '../metric/catalogue.ts';
import { meant, nearest } from '../value/nearest.ts';
import { shortened } from '../value/value-list.ts';

/** As many templates, or names that a path may go on with, are told. */
const MOST_TOLD = 3;
const MOST_NAMES = 12;

/** A metric's path, as far as a path fits it. */
interface Fit {
  readonly template: string;
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
  const fits = catalogue.metrics.map((metric) => fitOf(metric.path, parts));
  const whole = fits.filter((fit) => fit.fitting === fit.parts.length);
  if (whole.length > 0) {
    const more = parts.length - (whole[0] as Fit).fitting;
    if (more === 0) return `The path ends in a slash too many: it is ${templates(whole)}.`;
    return `The path has ${more} ${more === 1 ? 'part' : 'parts'} too many for ${templates(whole)}. A / within a value is written %2F.`;
  }
  const most = fits.reduce((longest, { fitting }) => Math.max(longest, fitting), 0);
  const longest = fits.filter(({ fitting }) => fitting === most);
  const wrong = parts[most];
  return wrong === undefined ? missing(longest, most) : unknown(longest, most, wrong);
}

function fitOf(template: string, path: readonly string[]): Fit {
  const parts = template.slice(1).split('/');
  const wrong = parts.findIndex(
    (part, i) => path[i] === undefined || !(part === path[i] || isParameter(part)),
  );
  return { template, parts, fitting: wrong < 0 ? parts.length : wrong };
}

function isParameter(part: string): boolean {
  return part.startsWith('{');
}

function templates(fits: readonly Fit[]): string {
  return fits
    .slice(0, MOST_TOLD)
    .map(({ template }) => `/metrics${template}`)
    .join(' or ');
}

/** The path ends too early. */
function missing(fits: readonly Fit[], at: number): string {
  const names = nextNames(fits, at);
  if (names.length > 1) return `The path goes on with ${some(names)}.`;
  const [first] = fits;
  const rest = (first?.parts ?? []).slice(at).filter(isParameter);
  return fits.length === 1
    ? `The path lacks ${rest.join(', ')}: it is ${templates(fits)}.`
    : `The path is not whole: it is ${templates(fits)}.`;
}

/** A part is none of those that can stand in its place. */
function unknown(fits: readonly Fit[], at: number, wrong: string): string {
  const names = nextNames(fits, at);
  const near = nearest(wrong, names);
  const before = ['/metrics', ...(fits[0]?.parts.slice(0, at) ?? [])].join('/');
  const what = `There is no ${shortened(wrong)} in ${before}`;
  if (near === undefined) return `${what}; there is ${some(names)}.`;
  return `${what}${meant(near)} ${missing(
    fits.filter(({ parts }) => parts[at] === near),
    at + 1,
  )}`;
}

/** What can stand in a place, where that is no parameter. */
function nextNames(fits: readonly Fit[], at: number): string[] {
  const parts = fits.map(({ parts: all }) => all[at] ?? '');
  return [...new Set(parts.filter((part) => !isParameter(part)))].sort();
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` or ${more} others` : ''}`;
}
