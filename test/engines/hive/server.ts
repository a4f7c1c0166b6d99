import type { TestContext } from 'node:test';
import { parseHiveAddress, type HiveAddress } from '../../../src/warehouses/hive/address.ts';
import { Sessions, type SessionsOptions } from '../../../src/warehouses/hive/sessions.ts';
import { HANGS_MS } from '../../support/hangs.ts';

/** The HiveServer2 that the tests of this folder use, named by ENGINES_HIVE: `hive://127.0.0.1:10000/default`. */
export function hiveAddress(): HiveAddress {
  const { ENGINES_HIVE } = process.env;
  if (!ENGINES_HIVE) {
    throw new Error(
      'these tests need a HiveServer2: `npm run test:engines` starts one and sets ENGINES_HIVE',
    );
  }
  return parseHiveAddress(ENGINES_HIVE.replace(/^hive:/, ''));
}

/** Sessions of a test's own, which are closed after it. */
export function openSessions(
  context: TestContext,
  { address = {}, ...options }: SessionsOptions & { readonly address?: Partial<HiveAddress> } = {},
): Sessions {
  const sessions = new Sessions({ ...hiveAddress(), ...address }, { warm: false, ...options });
  context.after(() => sessions.close());
  return sessions;
}

/** A deadline that a statement on a busy machine keeps. */
export const soon = (): AbortSignal => AbortSignal.timeout(HANGS_MS);

/** One column of a result. */
export async function column(sessions: Sessions, sql: string): Promise<(string | number | null)[]> {
  const found: (string | number | null)[] = [];
  for await (const page of sessions.query(sql, soon())) {
    let values: (string | number | null)[];
    try {
      values = page.number(0);
    } catch (error) {
      if (!(error as Error).message.includes('holds no numbers')) throw error;
      values = page.text(0);
    }
    for (const value of values) found.push(value);
  }
  return found;
}
