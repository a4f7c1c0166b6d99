import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Gateway } from '../../support/gateway.ts';
import { until } from '../../support/until.ts';

/** What a gateway must do while an engine is away, and once it is back. */
export interface Downtime {
  readonly gateway: Gateway;
  /** A question that was answered before. */
  readonly warm: string;
  /** Another question at each call, that was never asked. */
  readonly cold: () => string;
  /** The longest that a call to the engine may take, in ms. */
  readonly deadlineMs: number;
}

/** How much longer than its deadline a call may take, on a machine that is busy with engines and other tests. */
export const SLACK_MS = 400;
/** How long after the engine itself the gateway may take to be back. */
const RECOVERY_MS = 5000;

interface Timed {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly ms: number;
}

export async function ask({ app }: Gateway, url: string): Promise<Timed> {
  const started = performance.now();
  const { statusCode, headers, body } = await app.api.inject(url);
  return { status: statusCode, headers, body, ms: performance.now() - started };
}

/** What a browser or a log may never see of an engine. */
function assertNoJava({ body }: Timed): void {
  assert.doesNotMatch(body, /java|exception|\bat [a-z]+\.|hbase|hive|thrift|stack|127\.0\.0\.1:\d/i);
}

/** Cold questions get 503 within the deadline; what was answered before is answered again, marked stale. */
export async function assertDown(downtime: Downtime): Promise<void> {
  const { gateway, warm, cold, deadlineMs } = downtime;
  for (let i = 0; i < 8; i++) {
    const refused = await ask(gateway, cold());
    assert.equal(refused.status, 503, refused.body);
    assert.equal(refused.headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.ok(Number(refused.headers['retry-after']) > 0, 'it says when to come back');
    assert.ok(refused.ms <= deadlineMs + SLACK_MS, `${refused.ms} ms`);
    assertNoJava(refused);
  }
  const many = await Promise.all(Array.from({ length: 50 }, () => ask(gateway, cold())));
  for (const one of many) {
    assert.equal(one.status, 503);
    assert.ok(one.ms <= deadlineMs + SLACK_MS, `${one.ms} ms among many`);
  }
  await until(
    'the answer is marked stale',
    async () => {
      const kept = await ask(gateway, warm);
      assert.equal(kept.status, 200, kept.body);
      assert.ok(kept.ms <= deadlineMs + SLACK_MS, `${kept.ms} ms`);
      return /detail=stale/.test(String(kept.headers['cache-status']));
    },
    deadlineMs + 3000,
  );
  await until(
    'the gateway says that it is not ready',
    async () => {
      const { statusCode } = await gateway.app.admin.inject('/readyz');
      return statusCode === 503;
    },
    deadlineMs + 3000,
  );
}

/**
 * Once the engine is back, so is the gateway; everything is confirmed again.
 * @param engineMs how long the engine itself takes for an answer to somebody new
 */
export async function assertBack({ gateway, warm, cold }: Downtime, engineMs = 0): Promise<void> {
  await until(
    'cold questions are answered',
    async () => {
      const { status } = await ask(gateway, cold());
      return status === 200;
    },
    RECOVERY_MS + engineMs,
  );
  await until(
    'the gateway is ready',
    async () => {
      const kept = await ask(gateway, warm);
      const ready = await gateway.app.admin.inject('/readyz');
      return ready.statusCode === 200 && !/stale/.test(String(kept.headers['cache-status']));
    },
    RECOVERY_MS,
  );
}

/** What a gateway has to itself while it is busy with an engine. */
export interface Held {
  /** TCP connections to the engine, those that end included. */
  readonly connections: number;
  /** Of objects that are in use, in MiB. */
  readonly heap: number;
}

/** How much more heap is no leak, in MiB: caches fill. */
const HEAP_SLACK = 16;

/** Has many callers ask cold, and tells what the gateway holds then. @param port the engine's */
export async function heldWith({ gateway, cold }: Downtime, port: number): Promise<Held> {
  await Promise.all(Array.from({ length: 20 }, () => ask(gateway, cold())));
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return { connections: connectionsTo(port), heap: process.memoryUsage().heapUsed / 2 ** 20 };
}

export function assertSameHeld(now: Held, before: Held): void {
  assert.ok(now.connections > 0 && now.connections <= before.connections, JSON.stringify({ now, before }));
  assert.ok(now.heap < before.heap + HEAP_SLACK, JSON.stringify({ now, before }));
}

/** What the kernel calls a connection that ended, whose port it keeps for a minute. */
const TIME_WAIT = '06';

function connectionsTo(port: number): number {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/self/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(`:${wanted}`) && state !== TIME_WAIT).length;
}
