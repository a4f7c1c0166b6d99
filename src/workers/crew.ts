import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { LiveNumbers } from '../read/live.ts';
import { answerCalls } from '../live/answer-calls.ts';
import { CrewTelemetry } from './crew-telemetry.ts';
import { Member } from './member.ts';
import type { FromWorker, Start, ToWorker } from './messages.ts';
import { SummedMetrics } from './summed-metrics.ts';
import type { Workers } from './workers.ts';

export interface CrewParts {
  /** The program of a worker: a file. */
  readonly program: string;
  /** How many workers serve. */
  readonly count: number;
  /** For how long a rolling restart waits for an old worker before it goes on, in ms. */
  readonly graceMs: number;
  /** The numbers of open periods, where they are counted. */
  readonly live: LiveNumbers | undefined;
  readonly logger: Log;
}

interface Log {
  info(members: object, line: string): void;
  error(members: object, line: string): void;
}

/** A worker that lived for less, in ms, is replaced after a pause, which doubles from one to the next. */
const YOUNG_MS = 10_000;
const PAUSE_MS = 100;
const MAX_PAUSE_MS = 10_000;
/** After so many workers in a row that never served, there is no use in another one. */
const MAX_FAILED = 5;
/** How long a worker may take to tell its metrics, in ms. After that, what it told before counts. */
const METRICS_MS = 1000;

/** The workers of a gateway: processes that share a port. One that dies is replaced. */
export class Crew implements Workers {
  readonly #parts: CrewParts;
  readonly #members = new Set<Member>();
  readonly #summed = new SummedMetrics<Member>();
  /** Those who wait for metrics of a member, by the number of the question. */
  readonly #waiting = new Map<Member, Map<number, () => void>>();
  /** Rejects when workers can't be replaced any more. */
  readonly failed: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #telemetry: CrewTelemetry | undefined;
  /** What a worker is started with now. */
  #start: (() => Start) | undefined;
  #asks = 0;
  /** How many workers in a row died young, and how many of these never served. */
  #young = 0;
  #failedStarts = 0;
  #replacing: NodeJS.Timeout | undefined;
  /** Until all have served once, a failure ends the start. */
  #hasStarted = false;
  #isRestarting = false;
  #isEnding = false;
  /** Whether a worker could not finish its requests at the end. */
  #hasLost = false;
  /** Where they listen. */
  #address: string | undefined;

  constructor(parts: CrewParts) {
    this.#parts = parts;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
  }

  get ready(): boolean {
    return this.#in('serving').length > 0;
  }

  notices(): string[] {
    const { count } = this.#parts;
    const serving = this.#in('serving').length;
    return serving < count ? [`${serving} of ${count} workers serve.`] : [];
  }

  /**
   * Starts all workers.
   * @param registry gets the metrics of the crew
   * @param start what a worker is started with, as it is at the call
   * @returns the address on which they listen
   * @throws Error that says why one can't start
   */
  async start(registry: Registry, start: () => Start): Promise<string> {
    this.#start = start;
    this.#telemetry = new CrewTelemetry(registry, () => this.#in('serving').length);
    // Maps and arrays of bytes are sent as they are.
    cluster.setupPrimary({ exec: this.#parts.program, args: [], serialization: 'advanced' });
    const fresh = Array.from({ length: this.#parts.count }, () => this.#fork());
    const [address] = await Promise.all(fresh.map(({ serving }) => serving));
    this.#hasStarted = true;
    return address as string;
  }

  tell(message: ToWorker): void {
    for (const member of this.#members) member.tell(message);
  }

  /** The metrics of this process and of all workers. */
  async metrics(own: Registry): Promise<string> {
    const number = ++this.#asks;
    const telling = [...this.#members].filter(({ state }) => state !== 'starting');
    await Promise.all(telling.map((member) => this.#ask(member, number)));
    return this.#summed.text(own);
  }

  /** Replaces all workers, one after the other: the old one goes when the new one serves. Never rejects. */
  async restart(): Promise<void> {
    const { logger, graceMs } = this.#parts;
    if (!this.#hasStarted || this.#isRestarting || this.#isEnding) {
      logger.info({}, 'the workers are not restarted: they are being started or ended already');
      return;
    }
    this.#isRestarting = true;
    logger.info({}, 'the workers are restarted, one after the other');
    try {
      for (const old of this.#in('serving')) {
        const fresh = this.#fork();
        await fresh.serving;
        if (this.#isEnding) return;
        this.#leave(old);
        await Promise.race([old.ended, sleep(graceMs)]);
      }
      logger.info({}, 'all workers were restarted');
    } catch (error) {
      if (this.#isEnding) return;
      logger.error({ err: error }, 'the workers are not restarted: a new one does not start');
    } finally {
      this.#isRestarting = false;
    }
  }

  /** Ends all workers after their running requests. @returns whether all of them could finish these */
  async end(): Promise<boolean> {
    this.#isEnding = true;
    clearTimeout(this.#replacing);
    for (const member of this.#in('starting')) {
      this.#members.delete(member);
      member.kill();
    }
    const ending = [...this.#members];
    for (const member of ending) member.state = 'leaving';
    this.tell({ end: true });
    await Promise.all(ending.map(({ ended }) => ended));
    return !this.#hasLost;
  }

  #in(state: Member['state']): Member[] {
    return [...this.#members].filter((member) => member.state === state);
  }

  #fork(): Member {
    const member: Member = new Member(cluster.fork(), {
      onHears: () => this.#begin(member),
      onMessage: (message) => this.#take(member, message),
      onEnd: (reason, isWell) => this.#ended(member, reason, isWell),
    });
    this.#members.add(member);
    void member.serving.then(
      (address) => this.#serves(address),
      () => undefined,
    );
    return member;
  }

  #serves(address: string): void {
    this.#failedStarts = 0;
    this.#address ??= address;
    // Only with port 0, which is any free one, and is another one when none of the workers had it any more.
    if (address !== this.#address)
      this.#fail(new Error(`all workers died, and ${this.#address} with them: choose a port with --port.`));
  }

  #begin(member: Member): void {
    const { live } = this.#parts;
    if (this.#start) member.tell({ start: this.#start() });
    if (!live) return;
    answerCalls(member.counter, live.tables);
    member.tell({ counter: { held: 0, counting: live.counting } });
  }

  #leave(member: Member): void {
    if (member.state !== 'serving') return;
    member.state = 'leaving';
    member.tell({ leave: true });
  }

  #take(member: Member, message: FromWorker): void {
    if (!('metrics' in message)) return;
    this.#summed.note(member, message.found);
    this.#waiting.get(member)?.get(message.metrics)?.();
  }

  async #ask(member: Member, number: number): Promise<void> {
    const waiting = this.#waiting.get(member) ?? new Map<number, () => void>();
    this.#waiting.set(member, waiting);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => {
        waiting.set(number, resolve);
        timer = setTimeout(resolve, METRICS_MS);
        member.tell({ metrics: number });
      }),
      member.ended,
    ]);
    clearTimeout(timer);
    waiting.delete(number);
  }

  #ended(member: Member, reason: string, isWell: boolean): void {
    const { logger } = this.#parts;
    if (!this.#members.delete(member)) return;
    this.#waiting.delete(member);
    this.#summed.end(member);
    const { left } = member.handing;
    const [other] = this.#in('serving');
    if (left && other) other.handing.take(left);
    else left?.connection.close?.();
    const { pid: worker, state } = member;
    if (state === 'leaving') {
      if (!isWell && this.#isEnding) this.#hasLost = true;
      logger.info({ worker, reason }, 'a worker has ended');
      return;
    }
    if (!this.#hasStarted) return;
    this.#telemetry?.died();
    logger.error({ worker, reason }, 'a worker died');
    if (state === 'starting') this.#failedStarts++;
    this.#young = performance.now() - member.startedMs < YOUNG_MS ? this.#young + 1 : 0;
    if (this.#failedStarts >= MAX_FAILED)
      this.#fail(new Error(`${MAX_FAILED} workers in a row ended before they served: ${reason}.`));
    else this.#replace();
  }

  /** Starts as many workers as are missing, after a pause if the last ones died young. */
  #replace(): void {
    if (this.#isEnding) return;
    const pause = this.#young === 0 ? 0 : Math.min(PAUSE_MS * 2 ** this.#young, MAX_PAUSE_MS);
    clearTimeout(this.#replacing);
    this.#replacing = setTimeout(() => {
      const there = this.#in('serving').length + this.#in('starting').length;
      for (let missing = this.#parts.count - there; missing > 0; missing--) this.#fork();
    }, pause);
  }
}
