import type { Mistake } from './mistake.ts';
import type { Kind } from './schema.ts';

/**
 * What is written and isn't published, with the mistake that prevents it. What refers to such a thing
 * isn't wrong: it waits, and nothing of it has to be mended.
 */
export class Unpublished {
  readonly #reasons = new Map<string, Mistake>();

  add(kind: Kind, name: unknown, reason: Mistake): void {
    const key = `${kind} ${String(name)}`;
    if (typeof name === 'string' && !this.#reasons.has(key)) this.#reasons.set(key, reason);
  }

  /** The names of all that is written of some kinds and can't be shown. */
  names(kinds: readonly Kind[]): string[] {
    return [...this.#reasons.keys()].flatMap((key) => {
      const [kind, name = ''] = key.split(' ');
      return kinds.some((one) => one === kind) ? [name] : [];
    });
  }

  /** What keeps a thing of that name from being published; undefined where none is written. */
  reason(kinds: readonly Kind[], name: string): Mistake | undefined {
    return kinds.map((kind) => this.#reasons.get(`${kind} ${name}`)).find(Boolean);
  }
}

/** Why what refers to a thing can't be published either. */
export function waitsFor(name: string, reason: Mistake): string {
  return `it waits for ${name}, which isn't published because of ${placeOf(reason)}.`;
}

function placeOf({ file, line }: Mistake): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** The things that a text which is no YAML declares, as far as its lines show them. */
export function declaredIn(text: string, kinds: readonly Kind[]): { kind: Kind; name: string }[] {
  const member = new RegExp(`^\\s*\\{?\\s*(${kinds.join('|')})\\s*:\\s*["']?([\\w-]+)`, 'gm');
  return [...text.matchAll(member)].map(([, kind, name]) => ({ kind: kind as Kind, name: name as string }));
}
