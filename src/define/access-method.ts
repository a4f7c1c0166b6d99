import { versionOf } from './version.ts';

export const ACCESS_METHODS = ['desktop', 'mobile-app', 'mobile-web'] as const;
export type AccessMethod = (typeof ACCESS_METHODS)[number];

/** The user agents of Wikimedia's apps. */
export const APP = /Wikipedia(?:App|\/5\.0\.)/;

export const ACCESS_METHOD_VERSION = versionOf('access-method', 1, { APP });

/**
 * Says how a page was reached: by an app, which its user agent names; on the mobile web, by the flag that the
 * server sets; by what our own script says; else by a desktop. The host says nothing: Wikimedia's mobile hosts
 * were abolished in 2025.
 * @param isMobile the flag `ismobile` of X-Analytics
 * @param saysMobile what our own script says
 */
export function accessMethodOf(userAgent: string, isMobile?: boolean, saysMobile?: boolean): AccessMethod {
  if (APP.test(userAgent)) return 'mobile-app';
  return isMobile === true || saysMobile === true ? 'mobile-web' : 'desktop';
}
