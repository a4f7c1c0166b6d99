import { STANDING_HEADERS } from '../api/http/headers.ts';

/**
 * Pages take scripts, styles, pictures and numbers from their own origin only. uPlot sets styles by
 * script, which a policy of styles allows.
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

/** Directives of a page that can't bear those of all pages. */
export type LooserPolicy = Partial<Record<keyof typeof POLICY, string>>;

/** What a page is sent with. */
export function pageHeaders(looser: LooserPolicy = {}): Readonly<Record<string, string>> {
  const policy = Object.entries({ ...POLICY, ...looser }).map(([name, value]) => `${name} ${value}`);
  return { ...STANDING_HEADERS, 'content-security-policy': policy.join('; ') };
}
