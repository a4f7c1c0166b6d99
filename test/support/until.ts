import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks every 20 ms until something holds.
 * @param what what is waited for, as the error says it
 * @throws Error that names it when it takes too long: of a wait without an end one learns only that its test is over time
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const latest = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > latest) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await sleep(20);
  }
}
