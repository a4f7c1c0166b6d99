import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLogReader } from '../../src/log/event-log.ts';
import { readLog } from '../collect/read-log.ts';
import { until } from '../support/until.ts';

export const SITE = 'example.org';

/** What a gateway says of a site's views since yesterday. */
export interface Views {
  readonly views: number;
  /** As of when the open hours are right, in ms since 1970; undefined if none is counted. */
  readonly asOfMs: number | undefined;
}

/** The views of the site, as `/query` counts them. */
export async function viewsOf(api: string): Promise<Views> {
  const answer = await fetch(
    `${api}/query?metric=pageviews-aggregate&where.project=${SITE}&grain=hourly&range=-2d..now`,
  );
  const { rows = [], open } = (await answer.json()) as {
    rows?: { views: number }[];
    open?: { asOf: string };
  };
  return {
    views: rows.reduce((sum, { views }) => sum + views, 0),
    asOfMs: open && Date.parse(open.asOf),
  };
}

/** Waits until the gateway has so many views. @returns how long it took, in ms */
export async function untilViews(api: string, isThere: (views: number) => boolean): Promise<number> {
  const begun = performance.now();
  await until(`${api} counts all`, async () => isThere((await viewsOf(api)).views));
  return performance.now() - begun;
}

/** How many views a log has, each once: what every gateway must say in the end. */
export async function viewsIn(log: EventLogReader): Promise<number> {
  return new Set((await readLog(log, 'pageview')).map(({ meta }) => meta.id)).size;
}

/** A number that a gateway shows to Prometheus. @param admin the address for operators */
export async function gauge(admin: string, name: string): Promise<number> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

/** Collects views by an API, one request after the other, until it is stopped. */
export class ViewSender {
  /** How many were acknowledged. */
  acknowledged = 0;
  readonly #api: () => string;
  #isOver = false;
  readonly #sending: Promise<void>;
  #sent = 0;

  /** @param api where they are sent, asked before each request @param pauseMs between two requests */
  constructor(api: () => string, pauseMs: number) {
    this.#api = api;
    this.#sending = this.#send(pauseMs);
  }

  /** Waits until so many more were acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.acknowledged + count;
    await until(`${count} views are acknowledged`, () => this.acknowledged >= wanted);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#sending;
  }

  async #send(pauseMs: number): Promise<void> {
    while (!this.#isOver) {
      const events = Array.from({ length: 1 + (this.#sent % 4) }, () => ({
        meta: { stream: 'pageview', id: `${process.pid}-${this.#sent++}` },
        site: SITE,
        path: `/${this.#sent % 3}`,
      }));
      const answer = await fetch(`${this.#api()}/v1/events`, {
        method: 'POST',
        body: JSON.stringify(events),
      }).catch(() => undefined);
      if (answer?.status === 201) this.acknowledged += events.length;
      // What was read of the answer is let go of.
      await answer?.arrayBuffer().catch(() => undefined);
      await sleep(pauseMs);
    }
  }
}
