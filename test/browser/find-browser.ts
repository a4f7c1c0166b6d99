import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Chromium that runs here. */
export interface FoundBrowser {
  /** What to start. */
  readonly path: string;
  /** What it calls itself: `Chromium 147.0.7727.0`. */
  readonly version: string;
}

/** Why the tests have to do without one. */
export interface NoBrowser {
  readonly why: string;
}

/** The browser that was named doesn't run; the message says why. */
export class BrowserError extends Error {
  override name = 'BrowserError';
}

/** What a distribution calls it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Far above what a start takes. */
const START_MS = 30_000;

/**
 * The browser that KRAKEN_TEST_BROWSER names, or else one on PATH, or else the one of npm, which needs
 * nothing of the system but the C library.
 *
 * @param named a path; `none` means that there shall be none
 * @param folder takes what is unpacked, some 200 MB; whoever made it removes it
 * @throws BrowserError where the one that was named does not run
 */
export async function findBrowser(
  named: string | undefined,
  folder: string,
): Promise<FoundBrowser | NoBrowser> {
  if (named === 'none') return { why: 'KRAKEN_TEST_BROWSER=none' };
  if (named) return started(named).catch(refuse);
  const reasons: string[] = [];
  for (const path of onPath()) {
    try {
      return await started(path);
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  try {
    return await started(await unpacked(folder));
  } catch (error) {
    reasons.push((error as Error).message);
  }
  return { why: `no browser runs here: ${reasons.join('; ')}` };
}

function refuse(error: unknown): never {
  throw new BrowserError(`KRAKEN_TEST_BROWSER does not run: ${(error as Error).message.trim()}`);
}

function onPath(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).filter((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function started(path: string): Promise<FoundBrowser> {
  const { stdout } = await run(path, ['--version'], { timeout: START_MS });
  return { path, version: stdout.trim() };
}

/** Unpacks the browser of npm with the libraries and fonts that it brings, and gives a command that starts it with these. */
async function unpacked(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const script = fileURLToPath(new URL('unpack.js', import.meta.url));
  const { stdout: binary } = await run(process.execPath, [script], {
    // The package unpacks its libraries only where it believes to run on Lambda.
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
  });
  const place = dirname(binary);
  await writeFile(
    join(place, 'fonts', 'fonts.conf'),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${place}/fonts</dir>
  <cachedir>${place}/fonts-cache</cachedir>
</fontconfig>
`,
  );
  const command = join(place, 'start-chromium');
  await writeFile(
    command,
    `#!/bin/sh
export LD_LIBRARY_PATH='${place}/al2023/lib' FONTCONFIG_PATH='${place}/fonts'
exec '${binary}' "$@"
`,
  );
  await chmod(command, 0o755);
  return command;
}
