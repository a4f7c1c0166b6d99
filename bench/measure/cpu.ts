import { readdirSync, readFileSync } from 'node:fs';

/**
 * The CPU time that the threads of a process and of those that it started have used so far, user and system, in µs. Linux
 * counts it in ns for each thread; the sum of the process has ticks of 10 ms, which are too coarse for a second of requests.
 */
export function cpuUsOf(pid: number): number {
  const threads = `/proc/${pid}/task`;
  let us = 0;
  for (const thread of readdirSync(threads)) {
    us += nsOf(`${threads}/${thread}/schedstat`) / 1000;
    for (const child of childrenOf(`${threads}/${thread}/children`)) us += cpuUsOf(child);
  }
  return us;
}

/** Of a thread that has just ended there are none. */
function childrenOf(path: string): number[] {
  try {
    return readFileSync(path, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** A thread that has just ended counts no more. */
function nsOf(path: string): number {
  try {
    return Number(readFileSync(path, 'latin1').split(' ', 1)[0]);
  } catch {
    return 0;
  }
}
