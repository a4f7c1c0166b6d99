import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startHive } from '../../../engines/hive.ts';
import { findTools } from '../../../engines/tools.ts';
import { parseHiveAddress } from '../../../src/warehouses/hive/address.ts';
import { Sessions } from '../../../src/warehouses/hive/sessions.ts';

/**
 * A process with a Hive of its own that wants TLS, a user and a password, and with questions to it:
 * `secured.js FOLDER binary|http ADDRESS…`, where HOST stands for its host and port, and CA for the
 * file of its certificate. Prints a line for each address: what it got, as JSON.
 */
const [folder = '', transport = '', ...addresses] = process.argv.slice(2);
const PASSWORD = 'changeit';
const store = join(folder, 'keys.p12');
const ca = join(folder, 'certificate.pem');

const { java } = await findTools();
const keytool = (...args: string[]): void => {
  const options = ['-alias', 'hive', '-keystore', store, '-storepass', PASSWORD];
  execFileSync(java.replace(/java$/, 'keytool'), [...args, ...options], { stdio: 'ignore' });
};
keytool('-genkeypair', '-keyalg', 'RSA', '-dname', 'CN=hive', '-ext', 'SAN=ip:127.0.0.1', '-validity', '2');
keytool('-exportcert', '-rfc', '-file', ca);

const hive = await startHive({
  folder: join(folder, 'hive'),
  settings: {
    'hive.server2.transport.mode': transport,
    // User and password by SASL, or Basic; any will do.
    'hive.server2.authentication': 'NONE',
    'hive.server2.use.SSL': 'true',
    'hive.server2.keystore.path': store,
    'hive.server2.keystore.password': PASSWORD,
  },
});
const { host } = new URL(hive.address);
for (const address of addresses) {
  const place = address.replace('HOST', host).replace('CA', encodeURIComponent(ca));
  process.stdout.write(`${JSON.stringify(await answerFrom(place))}\n`);
}
// Hive ends with it: by HTTP it takes half a minute to end in order.
process.exit();

async function answerFrom(
  place: string,
): Promise<{ answer?: (string | null)[]; error?: string; ms: number }> {
  const started = performance.now();
  const sessions = new Sessions(parseHiveAddress(place), { warm: false });
  const answer: (string | null)[] = [];
  try {
    const pages = sessions.query(
      "SELECT explode(array('a user', logged_in_user()))",
      AbortSignal.timeout(30_000),
    );
    for await (const page of pages) answer.push(...page.text(0));
    return { answer, ms: performance.now() - started };
  } catch (error) {
    return { error: String(error), ms: performance.now() - started };
  } finally {
    await sessions.close();
  }
}
