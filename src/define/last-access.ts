import { versionOf } from './version.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;

/** What a view says about the device that it comes from. */
export type DeviceSign =
  /** Its cookie is of an earlier period, or it has other cookies than ours: it is counted. */
  | 'first'
  /** Its cookie is of this period: an earlier view counts it. */
  | 'again'
  /** It had no cookie at all. An actor with exactly one such view is counted as the offset. */
  | 'no cookies'
  /** Nothing was said about cookies: a log without them, or a browser that asks not to be followed. */
  | 'unknown';

export const LAST_ACCESS_VERSION = versionOf('last-access', 1, { MONTHS });

/** Returns the day of a last-access cookie, `01-Mar-2024`, as days since 1970; undefined for any other text. */
export function lastAccessDay(text: string | undefined): number | undefined {
  const [, day, month, year] = /^(\d\d)-([A-Z][a-z]{2})-(\d{4})$/.exec(text ?? '') ?? [];
  const index = MONTHS.indexOf(month ?? '');
  if (index === -1) return undefined;
  const ms = Date.UTC(Number(year), index, Number(day));
  return new Date(ms).getUTCDate() === Number(day) ? ms / DAY_MS : undefined;
}

/**
 * Says what a view tells about its device, as Wikimedia counts unique devices
 * (https://wikitech.wikimedia.org/wiki/Data_Platform/Data_Lake/Traffic/Unique_Devices/Last_access_solution).
 * @param lastAccess the last-access cookie that came with the request
 * @param noCookies whether it came with no cookie at all; undefined where nothing says so
 * @param start the first day of the period that is counted, in days since 1970
 */
export function deviceSignOf(
  lastAccess: string | undefined,
  noCookies: boolean | undefined,
  start: number,
): DeviceSign {
  const day = lastAccessDay(lastAccess);
  if (day !== undefined) return day < start ? 'first' : 'again';
  if (noCookies === undefined) return 'unknown';
  return noCookies ? 'no cookies' : 'first';
}
