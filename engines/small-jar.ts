import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './folders.ts';
import { StartError } from './start-error.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);
const KEPT = join(ROOT, 'data', 'engines', 'small-jars');
const JAR = ['--module', 'jdk.jartool/sun.tools.jar.Main'];

/**
 * Makes a jar with one class of another jar, or takes the one that was made before.
 * @param name of the class, with its packages, such as `org.example.Thing`
 * @returns the path of the jar
 * @throws StartError when Java's jar tool fails
 */
export async function jarOf(name: string, from: string, { java }: Tools): Promise<string> {
  const path = join(KEPT, `${basename(from, '.jar')}-${name}.jar`);
  if (existsSync(path)) return path;
  await mkdir(KEPT, { recursive: true });
  const folder = await mkdtemp(`${path}.`);
  const file = `${name.replaceAll('.', '/')}.class`;
  const made = join(folder, 'made.jar');
  try {
    // Java may be named by a path from here, and the tool unpacks where it runs.
    const program = dirname(java) === '.' ? java : resolve(java);
    await run(program, [...JAR, '--extract', '--file', resolve(from), file], { cwd: folder });
    await run(program, [...JAR, '--create', '--file', made, '-C', folder, file]);
    await rename(made, path);
  } catch (error) {
    throw new StartError(`${file} could not be taken from ${from}: ${(error as Error).message}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}
