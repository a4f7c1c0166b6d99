/** The CPU of one contender by that of another: how many times as many requests the second answers in the same CPU time. */
export interface Ratio {
  readonly name: string;
  readonly of: string;
  readonly by: string;
  /** The least that it should be. */
  readonly target: number;
}

export const RATIOS: readonly Ratio[] = [
  {
    name: 'hit, 31 points: of the limit',
    of: 'limit: node:http, finished answer, 31 points',
    by: 'hit, 31 points',
    target: 0.85,
  },
  {
    name: "304: of the limit's 200",
    of: 'limit: node:http, finished answer, 31 points',
    by: '304, 31 points',
    target: 1,
  },
  {
    name: 'cold, 31 points: of the limit',
    of: 'limit: node:http, finished answer, 31 points',
    by: 'cold, 31 points',
    target: 0.6,
  },
  {
    name: 'cold, 365 points: times the Go encoder',
    of: 'Go encoder, 365 points',
    by: 'cold, 365 points',
    target: 1.5,
  },
  {
    name: 'GraphQL, hit: of the limit',
    of: 'limit: node:http, finished GraphQL answer',
    by: 'GraphQL, hit',
    target: 0.65,
  },
  {
    name: 'GraphQL, new variables: times mercurius with jit',
    of: 'mercurius with jit, ready rows',
    by: 'GraphQL, new variables',
    target: 1,
  },
  {
    name: 'GraphQL, new variables: times Apollo Server',
    of: 'Apollo Server, ready rows',
    by: 'GraphQL, new variables',
    target: 1.5,
  },
  {
    name: 'hit, two workers: of one process',
    of: 'hit, 31 points',
    by: 'hit, 31 points, two workers',
    target: 0.91,
  },
  {
    name: 'cold, two workers: of one process',
    of: 'cold, 31 points',
    by: 'cold, 31 points, two workers',
    target: 0.91,
  },
];

/** How much a ratio may fall. */
const TOLERATED = 0.1;

/**
 * Compares ratios with recorded ones.
 * @returns a sentence for each that has fallen by more than a tenth
 */
export function regressions(
  recorded: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): string[] {
  return Object.entries(now).flatMap(([name, ratio]) => {
    const before = recorded[name];
    return before === undefined || ratio >= before * (1 - TOLERATED)
      ? []
      : [`${name}: ${ratio.toFixed(2)}, and ${before.toFixed(2)} is recorded`];
  });
}
