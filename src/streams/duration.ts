const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const FORM = /^(\d{1,5}) (minute|hour|day)s?$/;

/** The form of a written duration, as JSON Schema. */
export const DURATION = {
  type: 'string',
  pattern: FORM.source,
  description: 'a duration like 30 minutes, 12 hours or 7 days',
};

/** Reads a duration of that form, in ms. */
export function durationMs(text: string): number {
  const [, count, unit] = FORM.exec(text) ?? [];
  if (unit === undefined) throw new RangeError(`${text} is not a duration`);
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}
