const DAY_SECONDS = 86_400;

/**
 * Returns the date of a number of days, as Excel counts them: `2024-03-01`, with a time `2024-03-01 05:00:00`.
 * @param is1904 whether days are counted from 1904-01-01 (as Excel for Mac did), rather than from 1900
 * @returns undefined for a number that is no day, such as the 29th of February 1900, which Excel has
 */
export function dateOfSerial(serial: number, is1904: boolean): string | undefined {
  if (!(serial >= 0 && serial < 2_958_466)) return undefined;
  const day = Math.floor(serial);
  // 1900 wasn't a leap year, but Excel has its 60th day.
  if (!is1904 && (day === 60 || day === 0)) return undefined;
  const first = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  // Times are fractions, so seconds are rounded.
  const seconds = day * DAY_SECONDS + Math.round((serial - day) * DAY_SECONDS);
  const iso = new Date(first + seconds * 1000).toISOString();
  return seconds % DAY_SECONDS === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
