import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// npm run build: makes dist/, unless everything that it is made of is as it was the last time.
// --clean removes dist/ first. This is JavaScript because it runs before anything is compiled.

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.stamp');
const FOLDERS = ['src', 'test', 'bench', 'engines', 'build', 'docs'];
const FILES = ['package.json', 'package-lock.json', 'tsconfig.json'];

if (process.argv.includes('--clean')) rmSync(DIST, { recursive: true, force: true });
// Taken before the build: what changes while it runs is built the next time.
const stamp = stampOfInputs();
if (lastStamp() !== stamp) {
  rmSync(STAMP, { force: true });
  run(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', ROOT);
  run(join(DIST, 'build/assets.js'));
  writeFileSync(STAMP, stamp);
}

/** Changes with the name, the size or the time of any input; nothing is read for it. */
function stampOfInputs() {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const hash = createHash('sha256');
  for (const path of [...found.sort(), ...FILES.map((file) => join(ROOT, file))]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function lastStamp() {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Ends this process, too, where the program fails.
 * @param {string} program
 * @param {string[]} args
 */
function run(program, ...args) {
  const { status } = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
