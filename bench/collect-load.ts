import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The load: what is sent, and over how many connections. */
export interface Load {
  readonly url: string;
  /** The bytes of whole requests, which are sent in turns. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly seconds: number;
}

export interface Measured {
  /** Requests answered with 2xx per second. */
  readonly rate: number;
  /** The time of an answer, in ms. */
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
}

/** Sends a request repeatedly, on each connection as soon as the last one is answered. */
export async function load({ url, requests, connections, seconds }: Load): Promise<Measured> {
  const { hostname, port } = new URL(url);
  const times: number[] = [];
  let refused = 0;
  let turn = 0;
  const end = performance.now() + seconds * 1000;
  const sender = async (): Promise<void> => {
    const socket: Socket = connect({ host: hostname, port: Number(port) }).setNoDelay(true);
    await once(socket, 'connect');
    await new Promise<void>((resolve, reject) => {
      let sent = 0;
      const send = (): void => {
        sent = performance.now();
        socket.write(requests[turn++ % requests.length] ?? '');
      };
      socket.on('error', reject);
      socket.on('data', (answer) => {
        // Every answer is small enough to come in one piece.
        if (answer.toString('latin1', 9, 10) === '2') times.push(performance.now() - sent);
        else refused++;
        if (performance.now() < end) send();
        else resolve();
      });
      send();
    });
    socket.destroy();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, sender));
  const took = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? NaN;
  return { rate: times.length / took, p50: at(0.5), p99: at(0.99), refused };
}
