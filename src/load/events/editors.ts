import type { EDITOR_TYPES } from '../../core/metric/edit-events.ts';
import { textOf } from '../xml/xml-text.ts';
import { checkedText } from './event-items.ts';

/** The author of a revision. */
export interface Editor {
  readonly name: string;
  readonly type: (typeof EDITOR_TYPES)[number];
}

/** An author whose name is hidden. */
export const NOBODY: Editor = { name: '', type: 'user' };

const PLACES = 1 << 14;

/** Makes editors from the bytes of their names. A bounded cache helps, because the same few thousand names return. */
export class Editors {
  readonly #known = new Array<{ bytes: Buffer; isAddress: boolean; editor: Editor } | undefined>(PLACES);

  /** @throws FieldError */
  of(bytes: Buffer, start: number, end: number, isAddress: boolean): Editor {
    let hash = isAddress ? 1 : 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const known = this.#known[place];
    if (known && known.isAddress === isAddress && isSame(known.bytes, bytes, start, end)) return known.editor;
    const name = checkedText('user_text', textOf(bytes, start, end));
    const editor: Editor = { name, type: editorTypeOf(name, isAddress) };
    this.#known[place] = { bytes: Buffer.from(bytes.subarray(start, end)), isAddress, editor };
    return editor;
  }
}

/**
 * Tells the type of an editor. Dumps don't have groups: bots are recognised by name, as in mediawiki_history,
 * and so are temporary accounts.
 */
export function editorTypeOf(name: string, isAddress: boolean): Editor['type'] {
  if (isAddress || /^~\d{4}-/.test(name)) return 'anonymous';
  return /bot([^a-z].*)?$/i.test(name) ? 'name-bot' : 'user';
}

function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
