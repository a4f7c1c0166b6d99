/**
 * What is written 0.1 is no 0.1 in a double, so that doubles add up to 0.30000000000000004, and in another
 * order to something else. Numbers with few decimals are added as whole numbers instead: exactly, and
 * in whatever order. A number counts in the first of these scales that holds it; the
 * same rule stands in the SQL of the engines.
 */
export const DECIMAL_SCALES = [
  { below: 9e6, decimals: 9 },
  { below: 9e11, decimals: 4 },
  { below: 9, decimals: 15 },
] as const;

/** Sums are counted in units of 10 to the minus this. */
export const SUM_DECIMALS = 15;

/** Adds decimals: 0.1 and 0.2 are 0.3. What has more decimals than are counted is added as doubles are. */
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

/** The sum of decimals. */
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
