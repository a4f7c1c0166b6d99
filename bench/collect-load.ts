import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What senders send, and how many of them do at the same time. */
export interface Load {
  readonly url: string;
  /** One request, whole, as it goes over the wire. */
  readonly request: Buffer;
  readonly connections: number;
  readonly seconds: number;
}

export interface Measured {
  /** Requests answered with 2xx in a second. */
  readonly rate: number;
  /** How long an answer took, in ms. */
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
}

/** Sends a request over and over, on each connection as soon as the last one was answered. */
export async function load({ url, request, connections, seconds }: Load): Promise<Measured> {
  const { hostname, port } = new URL(url);
  const times: number[] = [];
  let refused = 0;
  const end = performance.now() + seconds * 1000;
  const sender = async (): Promise<void> => {
    const socket: Socket = connect({ host: hostname, port: Number(port) }).setNoDelay(true);
    await once(socket, 'connect');
    await new Promise<void>((resolve, reject) => {
      let sent = 0;
      const send = (): void => {
        sent = performance.now();
        socket.write(request);
      };
      socket.on('error', reject);
      socket.on('data', (answer) => {
        // No answer has a body that wouldn't come with its head.
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
