import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RESOURCES, ROOT } from './folders.ts';
import { StartError } from './start-error.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);
/** The first time some hundred packages are downloaded. */
const WITHIN_MS = 15 * 60_000;
const KEPT = join(ROOT, 'data', 'engines', 'class-paths');
const SHOWN_LINES = 15;

/** Told what is being done, a sentence at a time. */
export type OnProgress = (text: string) => void;

/**
 * The jars of an engine, as Java takes them. Maven is asked once: its answer is kept for as long as
 * the pom stays the same and the jars are there.
 * @param engine the folder in engines/ that has the pom
 * @throws StartError with Maven's own words when it fails
 */
export async function classPath(engine: string, tools: Tools, onProgress: OnProgress): Promise<string> {
  const pom = join(RESOURCES, engine, 'pom.xml');
  const hash = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex');
  const path = join(KEPT, `${engine}-${hash.slice(0, 16)}`);
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept !== '' && kept.split(delimiter).every((jar) => existsSync(jar))) return kept;
  onProgress(`Maven fetches the packages of ${engine}; the first time that takes a few minutes`);
  await mkdir(KEPT, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  const goal = [
    'dependency:build-classpath',
    `-Dmdep.outputFile=${temporary}`,
    '-Dmdep.includeScope=runtime',
  ];
  try {
    await run(tools.maven, ['-q', '-B', '-f', pom, ...goal], { timeout: WITHIN_MS });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim().split('\n').slice(0, SHOWN_LINES).join('\n');
    throw new StartError(`Maven could not fetch the packages of ${engine}:\n${said || String(error)}`);
  }
  await rename(temporary, path);
  return (await readFile(path, 'utf8')).trim();
}
