/** A part of a disk of which the system holds more than the platter has. */
export interface ModelNode {
  /** Makes durable what isn't yet. */
  sync(): void;
  /** What a sync does that fails: it drops what it should have written, which later ones take for written. */
  failSync(): void;
  /** Forgets what isn't durable, but for what luck lets survive. */
  losePower(survives: () => boolean): void;
}

const SECTOR_BYTES = 512;

type Change =
  | { readonly at: number; readonly bytes: Uint8Array }
  | { readonly length: number }
  | { readonly atLeast: number };

/** A file. What isn't durable survives by sectors, whichever. */
export class ModelFile implements ModelNode {
  content = new Uint8Array();
  #durable = new Uint8Array();
  #pending: Change[] = [];

  write(bytes: Uint8Array, at: number): void {
    const change = { at, bytes: bytes.slice() };
    this.content = changed(this.content, change);
    this.#pending.push(change);
  }

  truncate(length: number): void {
    this.content = changed(this.content, { length });
    this.#pending.push({ length });
  }

  sync(): void {
    for (const change of this.#pending) this.#durable = changed(this.#durable, change);
    this.#pending = [];
  }

  failSync(): void {
    this.#pending = [];
  }

  losePower(survives: () => boolean): void {
    for (const change of this.#pending) {
      for (const part of partsOf(change)) {
        if (survives()) this.#durable = changed(this.#durable, part);
      }
    }
    this.#pending = [];
    this.content = this.#durable;
  }
}

/** A folder. Each change of its names survives or not, whatever becomes of earlier ones; a rename is one. */
export class ModelFolder implements ModelNode {
  names = new Map<string, ModelFile | ModelFolder>();
  #durable = new Map<string, ModelFile | ModelFolder>();
  #pending: (readonly (readonly [string, ModelFile | ModelFolder | undefined])[])[] = [];

  /** Gives names what they stand for, or takes it from them. */
  change(...names: readonly (readonly [string, ModelFile | ModelFolder | undefined])[]): void {
    apply(this.names, names);
    this.#pending.push(names);
  }

  sync(): void {
    for (const names of this.#pending) apply(this.#durable, names);
    this.#pending = [];
  }

  failSync(): void {
    this.#pending = [];
  }

  losePower(survives: () => boolean): void {
    for (const names of this.#pending) if (survives()) apply(this.#durable, names);
    this.#pending = [];
    this.names = new Map(this.#durable);
    for (const node of this.names.values()) node.losePower(survives);
  }
}

function apply(
  map: Map<string, ModelFile | ModelFolder>,
  names: readonly (readonly [string, ModelFile | ModelFolder | undefined])[],
): void {
  for (const [name, node] of names) {
    if (node) map.set(name, node);
    else map.delete(name);
  }
}

function changed(content: Uint8Array, change: Change): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(lengthAfter(content.length, change));
  result.set(content.subarray(0, result.length));
  if ('bytes' in change) result.set(change.bytes, change.at);
  return result;
}

function lengthAfter(length: number, change: Change): number {
  if ('length' in change) return change.length;
  return Math.max(length, 'atLeast' in change ? change.atLeast : change.at + change.bytes.length);
}

/** A change by sectors, and before them the length: a file may have grown without its bytes. */
function partsOf(change: Change): Change[] {
  if (!('bytes' in change)) return [change];
  const end = change.at + change.bytes.length;
  const parts: Change[] = [{ atLeast: end }];
  for (let at = change.at; at < end;) {
    const next = Math.min(end, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    parts.push({ at, bytes: change.bytes.subarray(at - change.at, next - change.at) });
    at = next;
  }
  return parts;
}
