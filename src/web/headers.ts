import { STANDING_HEADERS } from '../api/http/headers.ts';

/**
 * The policy of pages: scripts, styles, pictures and numbers come only from their own origin. uPlot sets
 * styles by script, which `style-src` allows.
 */
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'none'",
  'connect-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'self'",
} as const;

/** Directives that replace those of all pages, for a page that needs more. */
export type LooserPolicy = Partial<Record<keyof typeof POLICY, string>>;

/** Returns the headers of a page. */
export function pageHeaders(looser: LooserPolicy = {}): Readonly<Record<string, string>> {
  const policy = Object.entries({ ...POLICY, ...looser }).map(([name, value]) => `${name} ${value}`);
  return { ...STANDING_HEADERS, 'content-security-policy': policy.join('; ') };
}
