import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR_MS } from '../../src/core/time/time.ts';

/** The site whose views are sent. */
export const SITE = 'cut.example';
/** Its pages. */
export const PAGES = 8;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
/** How far back late lines are, in hours. */
const LATE_HOURS = 30;

/** Sends lines of a log: views of now, and late ones of closed hours, which correct what was published. */
export class Views {
  readonly #api: () => string;
  readonly #random: () => number;
  #ids = 0;
  /** How many were acknowledged. */
  readonly sent = { now: 0, late: 0 };

  /** @param random from 0 to 1 */
  constructor(api: () => string, random: () => number) {
    this.#api = api;
    this.#random = random;
  }

  /** Sends some views of this moment. */
  async now(count: number): Promise<void> {
    await this.#send(Array.from({ length: count }, () => this.#line(Date.now())));
    this.sent.now += count;
  }

  /** Sends some views of one earlier hour. */
  async late(count: number): Promise<void> {
    const hour = Math.floor(Date.now() / HOUR_MS) - 1 - this.#below(LATE_HOURS);
    const lines = Array.from({ length: count }, () => this.#line(hour * HOUR_MS + this.#below(HOUR_MS)));
    await this.#send(lines);
    this.sent.late += count;
  }

  #line(ms: number): object {
    return {
      meta: { stream: 'webrequest', id: `cut-${this.#ids++}` },
      dt: new Date(ms).toISOString(),
      uri_host: SITE,
      uri_path: `/p${this.#below(PAGES)}`,
      http_method: 'GET',
      http_status: '200',
      user_agent: BROWSER,
      ip: `192.0.2.${this.#below(250)}`,
    };
  }

  /** What isn't acknowledged is sent again, with the same ids. */
  async #send(lines: readonly object[]): Promise<void> {
    const body = JSON.stringify(lines);
    for (;;) {
      const answer = await fetch(`${this.#api()}/v1/events`, { method: 'POST', body }).catch(() => undefined);
      if (answer?.status === 201) return;
      if (answer && answer.status < 500 && answer.status !== 408)
        throw new Error(`views are refused: ${answer.status} ${await answer.text()}`);
      await sleep(200);
    }
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}
