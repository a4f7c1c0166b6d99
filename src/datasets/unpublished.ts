import type { Mistake } from './mistake.ts';
import type { Kind } from './schema.ts';

/**
 * Everything that is written in the files but not published, each with the mistake that prevents its
 * publication. A thing that refers to one of them is not wrong. It waits, and needs no correction itself.
 */
export class Unpublished {
  readonly #reasons = new Map<string, Mistake>();

  add(kind: Kind, name: unknown, reason: Mistake): void {
    const key = `${kind} ${String(name)}`;
    if (typeof name === 'string' && !this.#reasons.has(key)) this.#reasons.set(key, reason);
  }

  /** Returns the names of such things of some kinds. */
  names(kinds: readonly Kind[]): string[] {
    return [...this.#reasons.keys()].flatMap((key) => {
      const [kind, name = ''] = key.split(' ');
      return kinds.some((one) => one === kind) ? [name] : [];
    });
  }

  /** Returns the mistake that keeps a thing from being published; undefined if no such thing is written. */
  reason(kinds: readonly Kind[], name: string): Mistake | undefined {
    return kinds.map((kind) => this.#reasons.get(`${kind} ${name}`)).find(Boolean);
  }
}

/** Returns the message for something that refers to an unpublished thing. */
export function waitsFor(name: string, reason: Mistake): string {
  return `it waits for ${name}, which isn't published because of ${placeOf(reason)}.`;
}

function placeOf({ file, line }: Mistake): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** Finds the things that a text declares, as far as its lines show them. The text need not be YAML. */
export function declaredIn(text: string, kinds: readonly Kind[]): { kind: Kind; name: string }[] {
  const member = new RegExp(`^\\s*\\{?\\s*(${kinds.join('|')})\\s*:\\s*["']?([\\w-]+)`, 'gm');
  return [...text.matchAll(member)].map(([, kind, name]) => ({ kind: kind as Kind, name: name as string }));
}
