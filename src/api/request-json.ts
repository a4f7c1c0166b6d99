import { Problem } from '../core/problem.ts';

/**
 * How deep lists and objects of a request may nest. No question nests deeper than ten; whatever walks
 * a value by calling itself (JSON.stringify, too) runs out of stack at some thousands.
 */
const MAX_NESTING = 64;

/**
 * Reads JSON that a caller sent. A member called `__proto__` is a member like any other.
 * @throws Problem where it is no JSON, or nests too deep
 */
export function readRequestJson(text: string): unknown {
  refuseDeepJson(text);
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    throw new Problem('invalid-request', 'The body is not valid JSON.');
  }
}

/** @throws Problem where a JSON text nests too deep. Of what is no JSON anything may be said. */
export function refuseDeepJson(text: string): void {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') isText = !isText;
    else if (character === '\\') i++;
    else if (isText) continue;
    else if (character === ']' || character === '}') depth--;
    else if ((character === '[' || character === '{') && ++depth > MAX_NESTING)
      throw new Problem('invalid-request', `The JSON nests more than ${MAX_NESTING} deep.`);
  }
}
