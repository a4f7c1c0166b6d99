import { spawnSync } from 'node:child_process';

/** Packs a text with the system's bzip2. */
export function bzip2Of(text: string): Buffer {
  const { stdout, error } = spawnSync('bzip2', ['-c'], { input: text });
  if (error) throw error;
  return stdout;
}
