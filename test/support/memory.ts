import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What this process holds, in bytes: objects, and what Buffers and typed arrays lie in. */
export async function heldMemory(): Promise<{ all: number; buffers: number }> {
  // What one collection finds is freed beside the program, and lets the next one find more.
  let least = Infinity;
  for (let unchanged = 0; unchanged < 5;) {
    collectGarbage();
    await sleep(20);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    unchanged = heapUsed + arrayBuffers < least - 100_000 ? 0 : unchanged + 1;
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { all: heapUsed + arrayBuffers, buffers: arrayBuffers };
}

/** How much more a process holds after something was done, in bytes. */
export async function growthBy(work: () => Promise<void>): Promise<number> {
  const before = await heldMemory();
  await work();
  return (await heldMemory()).all - before.all;
}
