import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import Bunzip from 'seek-bzip';
import type { Bzip2Request } from './bzip2.ts';

const { port, answered } = workerData as { port: MessagePort; answered: Int32Array };

function ask(request: Bzip2Request): void {
  const before = Atomics.load(answered, 0);
  port.postMessage(request);
  Atomics.wait(answered, 0, before);
}

class Input {
  #chunk: Uint8Array = new Uint8Array(0);
  #position = 0;

  /** Tells whether the packed bytes have ended. */
  ended(): boolean {
    if (this.#position < this.#chunk.length) return false;
    ask({ input: true });
    const next = receiveMessageOnPort(port)?.message as Uint8Array | null | undefined;
    this.#chunk = next ?? new Uint8Array(0);
    this.#position = 0;
    return this.#chunk.length === 0;
  }

  readByte(): number {
    if (this.ended()) throw new Error('unexpected end of file');
    return this.#chunk[this.#position++] as number;
  }

  read(buffer: Uint8Array, offset: number, length: number): number {
    for (let i = 0; i < length; i++) buffer[offset + i] = this.readByte();
    return length;
  }
}

class Output {
  #chunk = new Uint8Array(1 << 18);
  #length = 0;

  writeByte(byte: number): void {
    this.#chunk[this.#length++] = byte;
    if (this.#length === this.#chunk.length) this.flush();
  }

  flush(): void {
    if (this.#length > 0) ask({ output: this.#chunk.slice(0, this.#length) });
    this.#length = 0;
  }
}

const input = new Input();
const output = new Output();
try {
  while (!input.ended()) {
    Bunzip.decode(input, output);
    output.flush();
  }
  ask({ done: true });
} catch (error) {
  // The error is reported before the port closes, because a bare close would look like the end of the data.
  ask({ error: error instanceof Error ? error.message : String(error) });
}
port.close();
