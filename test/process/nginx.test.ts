import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../engines/ports.ts';
import { Processes } from '../support/process.ts';

/* The proxy of docs/operations.md, as it stands there, before a gateway: where this machine has nginx. */

const GUIDE = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
const isThere = ['nginx', 'openssl'].every((tool) => spawnSync(tool, ['version']).error === undefined);

const processes = new Processes();
after(() => processes.end());

function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { rejectUnauthorized: false, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end();
  });
}

void test(
  'nginx passes titles on as they came, and links name the public address',
  { skip: isThere ? false : 'there is no nginx here' },
  async () => {
    const folder = processes.folder();
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
    const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    spawnSync('openssl', [...self, '-keyout', key, '-out', certificate]);
    const gateway = await processes.serve(join(folder, 'data'), '--trusted-proxies', 'loopback');
    const port = await freePort();
    const [, block = ''] = /```nginx\n([^]*?)```/.exec(GUIDE) ?? [];
    const server = block
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
      .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
      .replace('http://127.0.0.1:8080', gateway.api);
    mkdirSync(join(folder, 'logs'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n');
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/pid; error_log stderr; events {}\nhttp { access_log off;\n${temporary}\n${server}}`,
    );
    const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'pipe' });
    let said = '';
    nginx.stderr.on('data', (text: Buffer) => (said += text.toString()));
    try {
      const base = `https://127.0.0.1:${port}`;
      for (let i = 0; i < 100 && !(await get(`${base}/docs`).catch(() => undefined)); i++) await sleep(50);
      for (const title of ['AC%2FDC', 'A%7CB', '100%25', '%E6%9D%B1%E4%BA%AC', 'a%2520b']) {
        const path = `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${title}/daily/20240101/20240102`;
        const { status, text } = await get(base + path);
        const { uri } = JSON.parse(text) as { uri: string };
        const direct = (await (await fetch(gateway.api + path)).json()) as { uri: string };
        assert.deepEqual([status, uri], [404, direct.uri], `${title} ${said}`);
      }
      const { text } = await get(`${base}/catalogue`, { host: 'analytics.example.org' });
      assert.match(text, /https:\/\/analytics\.example\.org\/metrics\//);
    } finally {
      nginx.kill();
      await once(nginx, 'close');
    }
  },
);
