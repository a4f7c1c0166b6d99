const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a shell calls the end by Ctrl-C. */
const INTERRUPTED = 130;

/**
 * Resolves when this process is told to end, and keeps it running until then. Told once more, it
 * ends at once; the engines that it started die with it.
 */
export async function toldToEnd(): Promise<void> {
  const running = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    for (const signal of ENDING) process.once(signal, () => resolve());
  });
  clearInterval(running);
  for (const signal of ENDING) process.on(signal, () => process.exit(INTERRUPTED));
}
