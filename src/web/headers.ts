import { STANDING_HEADERS } from '../api/headers.ts';

/** Pages take scripts, styles, pictures and numbers from their own origin only. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";

/** What every page is sent with. uPlot sets styles by script, which a policy of styles allows. */
export const PAGE_HEADERS = {
  ...STANDING_HEADERS,
  'content-security-policy': `${POLICY}; frame-ancestors 'self'`,
  'content-type': 'text/html; charset=utf-8',
} as const;
