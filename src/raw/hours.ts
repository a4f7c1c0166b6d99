import { DAY_MS, HOUR_MS, type Ordinal } from '../core/time/time.ts';

/** The hour that holds an instant, as an ordinal. @param ms since 1970 */
export function hourOf(ms: number): Ordinal {
  return Math.floor(ms / HOUR_MS);
}

/** The day that holds an hour, as an ordinal. */
export function dayOfHour(hour: Ordinal): Ordinal {
  return Math.floor((hour * HOUR_MS) / DAY_MS);
}

/** `2026-11-29T11`: an hour in manifests and for people. */
export function hourText(hour: Ordinal): string {
  return new Date(hour * HOUR_MS).toISOString().slice(0, 13);
}

/** The hour of such a text. */
export function hourFromText(text: string): Ordinal {
  return hourOf(Date.parse(`${text}:00:00Z`));
}

/** `2026-11-29`: a day in manifests. */
export function dayText(day: Ordinal): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The day of such a text. */
export function dayFromText(text: string): Ordinal {
  return Date.parse(`${text}T00:00:00Z`) / DAY_MS;
}

/** The folder of an hour in its table's folder. Hive's partition columns are numbers: unpadded. */
export function hourFolder(hour: Ordinal): string {
  const date = new Date(hour * HOUR_MS);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return `year=${year}/month=${month}/day=${day}/hour=${date.getUTCHours()}`;
}
