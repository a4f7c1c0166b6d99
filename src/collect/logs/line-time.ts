const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d)?)?$/;
const APACHE = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ([+-])(\d\d):?(\d\d)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Reads a time in ISO 8601 with seconds, as ms since 1970. Without a zone it is in UTC, as in the logs of Wikimedia's
 * caches. undefined if the text is no time, or a time before 1970.
 */
export function isoTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHours, zoneMinutes] =
    ISO.exec(text) ?? [];
  const local = utc(year, Number(month) - 1, day, hour, minute, second, fraction);
  return inUtc(local, sign, zoneHours, zoneMinutes);
}

/** Likewise for the times of Apache and nginx: `29/Nov/2026:11:20:30 +0100`. */
export function apacheTime(text: string): number | undefined {
  const [, day, month = '', year, hour, minute, second, fraction, sign, zoneHours, zoneMinutes] =
    APACHE.exec(text) ?? [];
  const local = utc(year, MONTHS.indexOf(month), day, hour, minute, second, fraction);
  return inUtc(local, sign, zoneHours, zoneMinutes);
}

const EPOCH_SECONDS = /^(\d{9,10})(?:\.(\d{1,9}))?$/;

/** Reads seconds since 1970, with or without a fraction, as ms. Fewer digits than those of 1973 are no time. */
export function epochTime(text: string): number | undefined {
  const [, seconds, fraction] = EPOCH_SECONDS.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000 + msOf(fraction);
}

function utc(
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
): number | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const ms = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(ms);
  // There is no 31st of April.
  const isDate = date.getUTCMonth() === month && date.getUTCDate() === Number(day);
  return isDate && Number(year) >= 1970 ? ms + msOf(fraction) : undefined;
}

/** Converts the time of a zone to UTC. Zones with + are ahead of UTC. */
function inUtc(
  local: number | undefined,
  sign: string | undefined,
  hours: string | undefined,
  minutes = '00',
): number | undefined {
  if (local === undefined || sign === undefined) return local;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const time = sign === '+' ? local - ahead : local + ahead;
  return time >= 0 ? time : undefined;
}

function msOf(fraction = ''): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0'));
}
