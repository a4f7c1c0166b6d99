import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileLogReader } from '../../src/log/files/open.ts';
import { freePort } from '../../engines/ports.ts';
import { Processes } from '../support/process.ts';

/* What a real nginx writes, in two of its formats at once, through a rotation as logrotate does it. */

const isThere = spawnSync('nginx', ['-v']).error === undefined;
const processes = new Processes();
after(() => processes.end());

/** Sends bytes as they are, and waits for the end of the answer. */
async function send(port: number, bytes: Buffer | string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.end(bytes);
  socket.resume();
  await once(socket, 'close');
}

const get = (target: string, headers = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: Shop.Example.org\r\nConnection: close\r\n${headers}\r\n`;

type Event = Readonly<Record<string, unknown>>;

async function held(data: string, stream: string): Promise<Event[]> {
  if (!existsSync(join(data, 'events'))) return [];
  const reader = openFileLogReader(join(data, 'events'));
  const { records } = await reader.read({ stream, partition: 0 }, 0, 2 ** 24);
  await reader.close();
  return records.map(({ value }) => JSON.parse(Buffer.from(value).toString()) as Event);
}

void test(
  'requests that a real nginx logs are events, whatever is in them, through a rotation',
  { skip: isThere ? false : 'there is no nginx here', timeout: 60_000 },
  async () => {
    const folder = processes.folder();
    const [port, data] = [await freePort(), join(folder, 'data')];
    const logs = ['combined.log', 'json.log'].map((name) => join(folder, name));
    mkdirSync(join(folder, 'logs'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n');
    const members = [
      '"time_iso8601":"$time_iso8601","remote_addr":"$remote_addr","request_method":"$request_method"',
      '"host":"$host","request":"$request","request_uri":"$request_uri","status":"$status"',
      '"body_bytes_sent":"$body_bytes_sent","http_referer":"$http_referer","http_user_agent":"$http_user_agent"',
    ];
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/pid; error_log stderr; events {}
      http { ${temporary}
        log_format json escape=json '{${members.join(',')}}';
        access_log ${logs[0]} combined; access_log ${logs[1]} json;
        server { listen 127.0.0.1:${port}; location / { return 200 "hello"; } } }`,
    );
    const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'pipe' });
    try {
      for (let round = 0; round < 100 && !existsSync(join(folder, 'pid')); round++) await sleep(50);
      const collecting = processes.start(
        'collect',
        ...logs,
        '--follow',
        '--site',
        'fallback.org',
        '--data',
        data,
      );
      const agent = 'a "quoted" \\ agent, Кот';
      await send(port, get('/plain?x=1&y=%20'));
      await send(port, get('/agent', `User-Agent: ${agent}\r\nReferer: http://x/"\r\n`));
      await send(port, get('http://en.wikipedia.org/absolute'));
      await send(port, get('/Кот'));
      await send(
        port,
        Buffer.concat([
          Buffer.from('GET /bytes-'),
          Buffer.from([0xff, 0x22]),
          Buffer.from(' HTTP/1.0\r\n\r\n'),
        ]),
      );
      await send(port, Buffer.from([0x16, 0x03, 0x01, 0x00, 0xa5, 0x01, 0x0a]));
      await send(port, `GET /long-${'x'.repeat(7000)} HTTP/1.0\r\n\r\n`);
      const count = async (): Promise<number> => (await held(data, 'webrequest')).length;
      for (let round = 0; round < 100 && (await count()) < 14; round++) await sleep(100);
      for (const log of logs) renameSync(log, `${log}.1`);
      await send(port, get('/after-the-rename'));
      nginx.kill('SIGUSR1');
      for (let round = 0; round < 100 && !logs.every((log) => existsSync(log)); round++) await sleep(50);
      await send(port, get('/in-the-new-log'));
      for (let round = 0; round < 100 && (await count()) < 18; round++) await sleep(100);
      const { code, stderr } = await collecting.kill('SIGTERM');
      assert.equal(code, 0, stderr);

      assert.deepEqual(await held(data, 'rejects'), []);
      const events = await held(data, 'webrequest');
      assert.equal(events.length, 18, stderr);
      // Only JSON has a place for it here.
      const combined = events.filter((event) => !('content_type' in event));
      const paths = combined.map((event) => String(event['uri_path']).slice(0, 40));
      assert.deepEqual(paths, [
        '/plain',
        '/agent',
        '/absolute',
        '/Кот',
        '/bytes-\ufffd"',
        '\x16\x03\x01\0\ufffd\x01',
        `/long-${'x'.repeat(34)}`,
        '/after-the-rename',
        '/in-the-new-log',
      ]);
      assert.ok(combined.every(({ uri_host: host }) => host === 'fallback.org'));
      const named = events.filter((event) => !combined.includes(event));
      assert.deepEqual(
        named.filter(({ uri_host: host }) => host === 'shop.example.org').map((event) => event['uri_path']),
        ['/plain', '/agent', '/Кот', '/after-the-rename', '/in-the-new-log'],
      );
      for (const { user_agent: told, uri_path: path, referer } of events) {
        if (path === '/agent') assert.deepEqual([told, referer], [agent, 'http://x/"']);
      }
      const [plain] = combined;
      assert.deepEqual(
        [
          plain?.['http_method'],
          plain?.['http_status'],
          plain?.['response_size'],
          plain?.['uri_query'],
          plain?.['ip'],
        ],
        ['GET', '200', 5, '?x=1&y=%20', '127.0.0.1'],
      );
    } finally {
      nginx.kill();
      await once(nginx, 'close');
    }
  },
);
