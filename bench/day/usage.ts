/* Loaded before a command: when it ends, it writes what it used to the file that the environment names. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const path = process.env['BENCH_USAGE'];
  if (path !== undefined) writeFileSync(path, JSON.stringify(process.resourceUsage()));
});
