import { readdirSync, readFileSync } from 'node:fs';

/**
 * The CPU time that the threads of a process have used so far, user and system, in µs. Linux counts it in ns for each thread;
 * the sum of the process has ticks of 10 ms, which are too coarse for a second of requests.
 */
export function cpuUsOf(pid: number): number {
  const threads = `/proc/${pid}/task`;
  let ns = 0;
  for (const thread of readdirSync(threads)) ns += nsOf(`${threads}/${thread}/schedstat`);
  return ns / 1000;
}

/** A thread that has just ended counts no more. */
function nsOf(path: string): number {
  try {
    return Number(readFileSync(path, 'latin1').split(' ', 1)[0]);
  } catch {
    return 0;
  }
}
