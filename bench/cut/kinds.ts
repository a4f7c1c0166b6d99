import { execFile } from 'node:child_process';
import { access, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findBrowser } from '../../test/browser/find-browser.ts';

const run = promisify(execFile);
const COMPILED = fileURLToPath(new URL('clients/', import.meta.url));
const SOURCES = fileURLToPath(new URL('../../../bench/cut/clients/', import.meta.url));
const PYTHON = process.env['PYTHON'] ?? 'python3';

/** A program that follows URLs by a client of its language. */
export interface Command {
  readonly program: string;
  /** What stands before the URLs. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A kind of clients. */
export interface Kind {
  readonly name: string;
  /** Whether it asks for one answer at a time, and not for a stream. */
  readonly polls?: boolean;
  /** Installs it. @param folder keeps what is installed @throws Error if it can't be installed here */
  readonly prepare: (folder: string) => Promise<Command>;
}

/** All clients that are tried. */
export const KINDS: readonly Kind[] = [
  { name: 'chromium', prepare: chromium },
  node('eventsource'),
  node('undici'),
  node('fetch-event-source'),
  python('sseclient', 'sseclient==0.0.27', 'requests==2.34.2'),
  python('sseclient-py', 'sseclient-py==1.8.0', 'requests==2.34.2'),
  python('httpx-sse', 'httpx-sse==0.4.3', 'httpx==0.28.1'),
  python('requests-sse', 'requests-sse==0.5.3', 'requests==2.34.2'),
  python('aiohttp-sse-client2', 'aiohttp-sse-client2==0.3.0', 'aiohttp==3.14.5'),
  { name: 'r3labs', prepare: go },
  { name: 'okhttp', prepare: java },
  { ...node('poll'), polls: true },
  node('ndjson'),
];

function node(name: string): Kind {
  const command = { program: process.execPath, args: [join(COMPILED, `${name}.js`)] };
  return { name, prepare: async () => command };
}

function python(name: string, ...packages: string[]): Kind {
  return {
    name,
    prepare: async (folder) => {
      // Two packages have modules of the same name.
      const target = join(folder, [name, ...packages].join(' '));
      if (!(await isThere(target)))
        await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--target', target, ...packages]);
      const script = join(SOURCES, `by_${name.replaceAll('-', '_')}.py`);
      return { program: PYTHON, args: ['-B', script], env: { PYTHONPATH: target } };
    },
  };
}

/** Whether something was installed by an earlier run. */
async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function chromium(folder: string): Promise<Command> {
  const found = await findBrowser(process.env['KRAKEN_TEST_BROWSER'], join(folder, 'chromium'));
  if ('why' in found) throw new Error(found.why);
  return { program: process.execPath, args: [join(COMPILED, 'chromium.js'), found.path] };
}

async function go(folder: string): Promise<Command> {
  const program = join(folder, 'r3labs');
  if (await isThere(program)) return { program, args: [] };
  await run('go', ['build', '-o', program, '.'], { cwd: join(SOURCES, 'r3labs') });
  return { program, args: [] };
}

async function java(folder: string): Promise<Command> {
  const target = join(folder, 'okhttp');
  await mkdir(target, { recursive: true });
  await cp(join(SOURCES, 'okhttp'), target, { recursive: true });
  const options = { cwd: target };
  if (!(await isThere(join(target, 'lib'))))
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], options);
  await run('javac', ['-cp', 'lib/*', '-d', 'classes', 'Follow.java'], options);
  return { program: 'java', args: ['-Xmx256m', '-cp', `${target}/classes:${target}/lib/*`, 'Follow'] };
}
