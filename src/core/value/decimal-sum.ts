/**
 * A double can't hold 0.1 exactly, so sums of doubles are inexact and depend on their order. Numbers
 * with few decimals are therefore scaled to whole numbers and added exactly. A number takes the first
 * of these scales that holds it exactly; the engines' SQL has the same rule.
 */
export const DECIMAL_SCALES = [
  { below: 9e6, decimals: 9 },
  { below: 9e11, decimals: 4 },
  { below: 9, decimals: 15 },
] as const;

/** Sums are kept in units of 10^-SUM_DECIMALS. */
export const SUM_DECIMALS = 15;

/** Adds decimals exactly: 0.1 + 0.2 is 0.3. Numbers with more decimals than any scale are added as doubles. */
export class DecimalSum {
  #units = 0n;
  #others = 0;

  add(number: number): void {
    const units = unitsOf(number);
    if (units === undefined) this.#others += number;
    else this.#units += units;
  }

  get value(): number {
    return this.#units === 0n ? this.#others : Number(`${this.#units}e-${SUM_DECIMALS}`) + this.#others;
  }
}

/** The exact sum of decimals, as `DecimalSum`. */
export function sumOfDecimals(numbers: Iterable<number>): number {
  const sum = new DecimalSum();
  for (const number of numbers) sum.add(number);
  return sum.value;
}

function unitsOf(number: number): bigint | undefined {
  for (const { below, decimals } of DECIMAL_SCALES) {
    const scale = 10 ** decimals;
    const scaled = Math.round(number * scale);
    if (Math.abs(number) < below && scaled / scale === number)
      return BigInt(scaled) * 10n ** BigInt(SUM_DECIMALS - decimals);
  }
  return undefined;
}
