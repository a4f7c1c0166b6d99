import type { ErrorObject } from 'ajv/dist/2020.js';
import { isDeepStrictEqual } from 'node:util';
import { nearest } from '../core/value/nearest.ts';
import type { Path } from './yaml-file.ts';

type Members = Record<string, unknown>;

/** A written value after its mistakes of form were repaired, as far as the repair affects nothing else. */
export interface Repaired {
  readonly value: unknown;
  /** Members that had another name in the file, by their new names. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Texts whose content no other check depends on. */
const PLAIN = ['dataset', 'title', 'description', 'owner', 'source'];

/**
 * Repairs mistakes of form, so that other mistakes can be reported together with them. The result is only
 * checked, never served. Undefined if it is unclear how to repair a mistake.
 */
export function repaired(
  value: unknown,
  errors: readonly ErrorObject[],
  pathOf: (pointer: string) => Path,
): Repaired | undefined {
  const copy = structuredClone(value);
  const renamed = new Map<string, string>();
  let names = 0;
  const newName = (): string => `x${++names}`;
  // The innermost come first, because members around them may be renamed.
  const placed = errors.map((error) => ({ error, path: pathOf(error.instancePath) }));
  for (const { error, path } of placed.toSorted((a, b) => b.path.length - a.path.length)) {
    const params = error.params as Members;
    const around = at(copy, path.slice(0, -1));
    const last = path.at(-1) ?? '';
    switch (error.keyword) {
      case 'propertyNames':
        // The pattern error of the same name says more.
        break;
      case 'additionalProperties': {
        const wrong = String(params.additionalProperty);
        const known = Object.keys((error.parentSchema as { properties?: Members }).properties ?? {});
        const right = nearest(wrong, known);
        const members = at(copy, path) as Members;
        if (right !== undefined && !Object.hasOwn(members, right)) {
          members[right] = members[wrong];
          if (path.length === 0) renamed.set(right, wrong);
        }
        delete members[wrong];
        break;
      }
      case 'required': {
        const lacks = String(params.missingProperty);
        const members = at(copy, path) as Members;
        if (Object.hasOwn(members, lacks)) break;
        if (path.length > 0 || !PLAIN.includes(lacks)) return undefined;
        members[lacks] = newName();
        break;
      }
      case 'enum':
        (around as Members)[last] = (params.allowedValues as unknown[])[0];
        break;
      case 'pattern': {
        const key = error.propertyName;
        const members = (key === undefined ? around : at(copy, path)) as Members;
        const column = key ?? String(members[last]);
        if (path[0] === 'measures' && key !== undefined) {
          members[newName()] = { column, ...(members[key] as Members | null) };
          delete members[key];
        } else if (path[0] === 'dimensions' && path.length === 2) members[last] = { name: newName(), column };
        else if (path[0] === 'dimensions' && last === 'name')
          Object.assign(members, { column, ...members, name: newName() });
        else members[last] = newName();
        break;
      }
      case 'type':
        if (path.length !== 1 || !PLAIN.includes(String(last))) return undefined;
        (around as Members)[last] = newName();
        break;
      default:
        return undefined;
    }
  }
  return isDeepStrictEqual(copy, value) ? undefined : { value: copy, renamed };
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Members | undefined)?.[name], value);
}
