import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HANGS_MS } from '../../support/hangs.ts';

/*
 * A Hive that wants TLS, a user and a password, by either transport. By HTTP it listens on all
 * addresses, whatever it is told, so there it runs in a network namespace of its own.
 */

const program = fileURLToPath(new URL('secured.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'kraken-logins-'));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

interface Got {
  readonly answer?: readonly string[];
  readonly error?: string;
  readonly ms: number;
}

/** What each address got from a Hive of its own. @param by a command that runs the one behind it */
function ask(transport: 'binary' | 'http', addresses: readonly string[], by: readonly string[] = []): Got[] {
  const folder = mkdtempSync(join(root, transport));
  const command = [...by, process.execPath, program, folder, transport, ...addresses];
  const [first = '', ...rest] = command;
  const printed = execFileSync(first, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Got);
}

/** A shell that has the command after it run where there is nothing but a loopback address. */
const ALONE = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

function canBeAlone(): boolean {
  try {
    execFileSync(ALONE[0] as string, [...ALONE.slice(1), 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function assertRefused({ error, ms }: Got | undefined = { ms: 0 }, why = /^HiveError: ./): void {
  assert.match(error ?? '', why);
  assert.doesNotMatch(error ?? '', /\n|java|secret/);
  assert.ok(ms < 5_000, `${ms} ms`);
}

describe('a Hive with TLS and logins', { timeout: HANGS_MS }, () => {
  test('answers who logs in over SASL and trusts its certificate, and no other', () => {
    const [known, unknown, plain, nobody] = ask('binary', [
      '//me:a%3Asecret@HOST?tls=true&ca=CA',
      '//me:secret@HOST?tls=true',
      '//me:secret@HOST',
      '//HOST?tls=true&ca=CA',
    ]);
    assert.deepEqual(known?.answer, ['a user', 'me']);
    assertRefused(unknown, /certificate/);
    assertRefused(plain);
    assertRefused(nobody);
  });

  test('answers who logs in over HTTP and trusts its certificate, and no other', (t) => {
    if (!canBeAlone()) return t.skip('needs unshare and ip, and the right to make network namespaces');
    const [known, unknown, plain, elsewhere] = ask(
      'http',
      [
        '//me:a%3Asecret@HOST?transport=http&tls=true&ca=CA',
        '//me:secret@HOST?transport=http&tls=true',
        '//me:secret@HOST?transport=http',
        '//me:secret@HOST?transport=http&tls=true&ca=CA&path=/nowhere',
      ],
      ALONE,
    );
    assert.deepEqual(known?.answer, ['a user', 'me']);
    assertRefused(unknown, /certificate/);
    assertRefused(plain);
    assertRefused(elsewhere);
  });
});
