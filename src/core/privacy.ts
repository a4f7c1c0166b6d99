/** The next multiple of `step` (AQS: country tops are rounded up). */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/**
 * The bucket that a rounded count is shown as: `1000-9999`. Powers of ten belong to the bucket
 * below, and nothing is lower than `100-999`. (AQS: top-by-country.)
 */
export function bucketOf(value: number): string {
  const digits = String(Math.max(value - 1, 100)).length;
  return `1${'0'.repeat(digits - 1)}-${'9'.repeat(digits)}`;
}
