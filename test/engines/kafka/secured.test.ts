import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startKafka, type RunningKafka } from '../../../engines/kafka.ts';
import { freePorts, LOOPBACK } from '../../../engines/ports.ts';
import { findTools } from '../../../engines/tools.ts';
import { LogWriteError } from '../../../src/log/log-errors.ts';
import { openKafkaLog } from '../../../src/log/kafka/open.ts';

const STORE_PASSWORD = 'changeit';
const LOGIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule required';

/* A broker that wants TLS, a user and a password. */
void describe('a secured Kafka', { timeout: 240_000 }, () => {
  let root: string;
  let ca: string;
  let kafka: RunningKafka;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'kraken-kafka-'));
    ca = join(root, 'certificate.pem');
    const store = join(root, 'keys.p12');
    const { java } = await findTools();
    const keytool = (...args: string[]): void => {
      const options = ['-alias', 'kafka', '-keystore', store, '-storepass', STORE_PASSWORD];
      execFileSync(java.replace(/java$/, 'keytool'), [...args, ...options], { stdio: 'ignore' });
    };
    keytool(
      '-genkeypair',
      '-keyalg',
      'RSA',
      '-dname',
      'CN=kafka',
      '-ext',
      'SAN=ip:127.0.0.1',
      '-validity',
      '2',
    );
    keytool('-exportcert', '-rfc', '-file', ca);
    const [broker, controller] = (await freePorts(2)) as [number, number];
    const listener = `SASL_SSL://${LOOPBACK}:${broker}`;
    kafka = await startKafka({
      folder: join(root, 'kafka'),
      ports: { broker, controller },
      settings: {
        listeners: `${listener},CONTROLLER://${LOOPBACK}:${controller}`,
        'advertised.listeners': listener,
        'inter.broker.listener.name': 'SASL_SSL',
        'listener.security.protocol.map': 'SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
        'ssl.keystore.location': store,
        'ssl.keystore.password': STORE_PASSWORD,
        'ssl.truststore.location': store,
        'ssl.truststore.password': STORE_PASSWORD,
        'sasl.enabled.mechanisms': 'PLAIN',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'listener.name.sasl_ssl.plain.sasl.jaas.config': `${LOGIN_MODULE} username="broker" password="broker" user_broker="broker" user_kraken="a secret";`,
      },
    });
  });
  after(async () => {
    await kafka.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  const place = (login: string, query: string): string =>
    `//${login}@${LOOPBACK}:${kafka.ports.broker}/secured?${query}`;

  void it('takes events of who has its password and trusts its certificate', async (t) => {
    const log = await openKafkaLog(place('kraken:a%20secret', `tls=true&ca=${encodeURIComponent(ca)}`));
    t.after(() => log.close());
    const { first } = await log.append('views', [Buffer.from('a')]);
    const { records } = await log.read({ stream: 'views', partition: 0 }, first, 1_000);
    assert.equal(records.length, 1);
  });

  const wrong: Record<string, { login: string; tls: boolean; trusts: boolean; message: RegExp }> = {
    'a wrong password': {
      login: 'kraken:hidden',
      tls: true,
      trusts: true,
      message: /SASL authentication failed/,
    },
    'a certificate that is not trusted': {
      login: 'kraken:a%20secret',
      tls: true,
      trusts: false,
      message: /self-signed certificate/,
    },
    'no TLS': { login: 'kraken:a%20secret', tls: false, trusts: true, message: /couldn't be written/ },
  };
  for (const [what, { login, tls, trusts, message }] of Object.entries(wrong)) {
    void it(`is told apart from a broker that is away: ${what}`, async (t) => {
      const options = [...(tls ? ['tls=true'] : []), ...(trusts ? [`ca=${encodeURIComponent(ca)}`] : [])];
      const log = await openKafkaLog(place(login, options.join('&')), { appendMs: 8_000 });
      t.after(() => log.close());
      const started = performance.now();
      await assert.rejects(log.append('views', [Buffer.from('a')]), (error) => {
        assert.ok(error instanceof LogWriteError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /hidden|a secret/);
        return true;
      });
      assert.ok(performance.now() - started < 15_000);
    });
  }
});
