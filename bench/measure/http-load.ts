import { HttpConnection } from './http-connection.ts';
import { quantile } from './numbers.ts';
import { Pace } from './pace.ts';

/** The load: what is sent, and over how many connections. It ends after the seconds or the requests. */
export interface Load {
  readonly origin: string;
  /** The bytes of the next request. */
  readonly next: () => string | Uint8Array;
  readonly connections: number;
  readonly seconds?: number;
  readonly requests?: number;
  /** Requests a second. Without it, each connection sends one as soon as the last is answered. */
  readonly pace?: number;
  /** Whether a status is that of an answer. */
  readonly isGood?: (status: number) => boolean;
}

export interface Measured {
  /** The number of good answers. */
  readonly answers: number;
  /** Good answers a second. */
  readonly rate: number;
  /** The time of an answer, in ms: from when it was due, if there is a pace. */
  readonly p50: number;
  readonly p99: number;
  /** The number of other answers. */
  readonly refused: number;
}

/** Asks a server on each of some connections, one request after the other. @throws Error if a connection ends */
export async function load({
  origin,
  next,
  connections,
  seconds = Infinity,
  requests = Infinity,
  pace,
  isGood = (status) => status === 200,
}: Load): Promise<Measured> {
  const times: number[] = [];
  let refused = 0;
  let asked = 0;
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(origin)));
  const paced = pace === undefined ? undefined : new Pace(pace);
  const start = performance.now();
  const end = start + seconds * 1000;
  const sender = async (connection: HttpConnection): Promise<void> => {
    while (asked < requests && performance.now() < end) {
      asked++;
      const due = (await paced?.next()) ?? performance.now();
      const { status } = await connection.ask(next());
      if (isGood(status)) times.push(performance.now() - due);
      else refused++;
    }
  };
  try {
    await Promise.all(open.map(sender));
  } finally {
    for (const connection of open) connection.close();
  }
  const took = (performance.now() - start) / 1000;
  const sorted = Float64Array.from(times).sort();
  return {
    answers: times.length,
    rate: times.length / took,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    refused,
  };
}
