/**
 * How fast lines of logs are collected: a combined log of a million generated lines as
 * `kraken collect` does it, from a file into an empty event log, and each format's reader by itself.
 * `node dist/bench/collect-logs.js [--lines 1000000] [--rounds 3]`; on one core: `taskset -c 0 node …`
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Delivery } from '../src/collect/logs/delivery.ts';
import { LOG_FORMATS, recognise } from '../src/collect/logs/formats.ts';
import { patienceOf, sinkInto } from '../src/collect/logs/open-sink.ts';
import { readLog } from '../src/collect/logs/read-log.ts';
import { openFileLog } from '../src/log/files/open.ts';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1',
  'curl/8.5.0',
];

function combined(nth: number): string {
  const time = `29/Nov/2025:${pad((nth / 360_000) % 24)}:${pad((nth / 6_000) % 60)}:${pad((nth / 100) % 60)} +0100`;
  return `192.0.2.${nth % 250} - - [${time}] "GET /wiki/Page_${nth % 5000}?x=${nth} HTTP/1.1" 200 ${(nth * 7919) % 90_000} "https://example.org/wiki/Page_${nth % 77}" "${AGENTS[nth % 3]}"`;
}

function pad(number: number): string {
  return String(Math.floor(number)).padStart(2, '0');
}

/** A line of each format. */
const LINES: readonly string[] = [
  combined(1),
  `example.org:443 ${combined(1)}`,
  '192.0.2.7 - - [29/Nov/2025:11:20:30 +0100] "GET /wiki/Cat?action=raw HTTP/1.1" 200 5120',
  '{"hostname":"cp1066.eqiad.wmnet","sequence":25134406711,"dt":"2025-11-29T11:20:30Z","time_firstbyte":0.000121,"ip":"192.0.2.33","cache_status":"hit-front","http_status":"200","response_size":1064,"http_method":"GET","uri_host":"en.wikipedia.org","uri_path":"/wiki/Neutron","uri_query":"","content_type":"text/html","referer":"-","user_agent":"An agent","accept_language":"en","x_analytics":"ns=0","range":"-","x_cache":"cp1066 hit/7"}',
  '{"time_iso8601":"2025-11-29T11:20:30+01:00","remote_addr":"192.0.2.7","request_method":"GET","host":"example.org","request_uri":"/a?b=c","status":"200","body_bytes_sent":"17","http_referer":"","http_user_agent":"An agent"}',
  '{"level":"info","ts":1719324985.9711,"msg":"handled request","request":{"remote_ip":"192.0.2.7","method":"GET","host":"example.org","uri":"/a?b=c","headers":{"User-Agent":["An agent"]}},"size":238,"status":200,"resp_headers":{"Content-Type":["text/html"]}}',
  'cp1066.eqiad.wmnet\t25134406711\t2013-08-21T19:34:07.250\t0.746407509\t192.0.2.33\tmiss/200\t1064\tGET\thttp://en.wikipedia.org/wiki/Neutron\t-\ttext/html; charset=utf-8\t-\t198.51.100.2\tAn agent\ten-US,en;q=0.8\tmf-m=a',
];

const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
try {
  const log = join(folder, 'access.log');
  const file = createWriteStream(log);
  const lines = Number(values.lines);
  for (let nth = 0; nth < lines; nth += 1000) {
    const some = Array.from({ length: Math.min(1000, lines - nth) }, (_, at) => `${combined(nth + at)}\n`);
    if (!file.write(some.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  console.log(`${lines} combined lines, ${((await stat(log)).size / 2 ** 20).toFixed(0)} MiB`);
  for (let round = 0; round < Number(values.rounds); round++) {
    const data = join(folder, `data-${round}`);
    const start = performance.now();
    const cpu = process.cpuUsage();
    const signal = new AbortController().signal;
    const sink = sinkInto(await openFileLog(data, 'a benchmark'), patienceOf(false), console.log);
    const delivery = new Delivery(sink, Date, signal, console.log);
    await readLog(log, { site: 'example.org' }, delivery, signal);
    await sink.close();
    if (delivery.tallyOf(log).lines !== lines) throw new Error('some lines are missing');
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const cpuSeconds = (user + system) / 1e6;
    const aMinute = (time: number): string => ((lines / time) * 60).toFixed(0);
    console.log(
      `${seconds.toFixed(1)} s, ${aMinute(seconds)} lines a minute; ${cpuSeconds.toFixed(1)} s of CPU, ${aMinute(cpuSeconds)} lines a minute of it; at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
    );
    await rm(data, { recursive: true });
  }
} finally {
  await rm(folder, { recursive: true });
}
for (const format of LOG_FORMATS) {
  const line = LINES.find((one) => recognise([one]) === format) ?? '';
  for (let nth = 0; nth < 20_000; nth++) format.read(line, 'example.org');
  const start = process.cpuUsage();
  for (let nth = 0; nth < 200_000; nth++) format.read(line, 'example.org');
  const { user, system } = process.cpuUsage(start);
  console.log(`${format.name.padEnd(14)} ${((user + system) / 200_000).toFixed(2)} µs a line`);
}
