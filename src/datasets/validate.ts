import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { nearest, suggestion } from '../core/value/nearest.ts';
import type { Mistake } from './mistake.ts';
import { repaired } from './repair.ts';
import { type Kind, KINDS } from './schema.ts';
import type { DashboardText, DatasetText, GraphText, MetricText } from './texts.ts';
import type { Path, YamlDocument } from './yaml-file.ts';

/** Something that a data owner wrote, checked for its form, with its place in the file. */
export interface Written<Value> {
  readonly value: Value;
  readonly file: string;
  /** The folder of the file. */
  readonly folder: string;
  /** Makes a mistake at a path. @param which the place of the mistake: the value, or its name */
  mistake(path: Path, message: string, which?: 'value' | 'key'): Mistake;
}

/** A document of a correct form, by kind. */
export type Thing =
  | { readonly kind: 'dataset'; readonly written: Written<DatasetText> }
  | { readonly kind: 'graph'; readonly written: Written<GraphText> }
  | { readonly kind: 'dashboard'; readonly written: Written<DashboardText> }
  | { readonly kind: 'metric'; readonly written: Written<MetricText> };

/** The maximum number of mistakes reported for one document. */
const MAX_REPORTED = 20;

const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true });
const CHECKS: Partial<Record<Kind, ValidateFunction>> = {};

/** The check of a form, compiled when it is first needed: that takes a tenth of a start, and many need none. */
function checkOf(kind: Kind): ValidateFunction {
  return (CHECKS[kind] ??= ajv.compile(KINDS[kind]));
}

/** A document of a wrong form. */
export interface Misformed {
  readonly mistakes: readonly Mistake[];
  /** Its most likely kind, and the names by which others may refer to it. */
  readonly meant: Kind;
  readonly names: readonly unknown[];
  /** The data set with its form repaired: used to find further mistakes, never served. */
  readonly rest?: Written<DatasetText>;
}

/** Wraps a document of any kind with its place in the file. */
export function writtenIn<Value>(document: YamlDocument, file: string, folder: string): Written<Value> {
  return {
    value: document.value as Value,
    file,
    folder,
    mistake: (path, message, which) => ({ file, ...document.at(path, which), message }),
  };
}

/** Finds a document's kind and checks its form. */
export function thingOf(document: YamlDocument, file: string, folder: string): Thing | Misformed {
  const written = writtenIn<unknown>(document, file, folder);
  const { value } = written;
  const names = Object.keys(KINDS) as Kind[];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return only(
      written.mistake([], `it should have members, and one of them should be ${names.join(', ')}.`),
    );
  const kind = names.find((name) => Object.hasOwn(value, name));
  if (!kind) {
    const keys = Object.keys(value);
    const near = keys.find((key) => nearest(key, names) !== undefined);
    const right = near === undefined ? undefined : (nearest(near, names) as Kind);
    const message = `it should have one of the members ${names.join(', ')}${suggestion(right)}`;
    const called = near === undefined ? [] : [(value as Record<string, unknown>)[near]];
    return { mistakes: [written.mistake([], message)], meant: right ?? 'dataset', names: called };
  }
  const check = checkOf(kind);
  if (check(value)) return { kind, written } as Thing;
  const form = { whole: `a ${kind === 'dataset' ? 'data set' : kind}`, hasColumns: kind === 'dataset' };
  const mistakes = mistakesOfForm(written, check.errors ?? [], form);
  const mended = kind === 'dataset' ? repaired(value, check.errors ?? [], pathOf) : undefined;
  const name = (value as Record<string, unknown>)[kind];
  const misformed = {
    mistakes,
    meant: kind,
    names: [name, ...(typeof name === 'string' ? [nameOf(name)] : [])],
  };
  if (!mended || !checkOf('dataset')(mended.value)) return misformed;
  const mistake: typeof written.mistake = ([first = '', ...others], ...what) =>
    written.mistake(first === '' ? [] : [mended.renamed.get(String(first)) ?? first, ...others], ...what);
  return { ...misformed, rest: { ...written, value: mended.value as DatasetText, mistake } };
}

/** The kind of thing that a form describes, for messages. */
export interface Form {
  /** The name of the kind: `a data set`. */
  readonly whole: string;
  /** Whether a name is also the name of a column of the file, unless `column` is given. */
  readonly hasColumns: boolean;
}

/**
 * Turns errors of the JSON Schema check into mistakes with our own messages.
 * @param errors of ajv, in its verbose form
 */
export function mistakesOfForm(
  written: Written<unknown>,
  errors: readonly ErrorObject[],
  form: Form,
): Mistake[] {
  // For a wrong name, the pattern error says more than the one of propertyNames.
  const described = errors
    .filter(({ keyword }) => keyword !== 'propertyNames')
    .map((error) => describe(error, form));
  // If a misspelt member was reported, the member with the right name isn't reported as missing.
  const misspelt = new Set(described.flatMap(({ near }) => near ?? []));
  const relevant = described.filter(({ lacks }) => lacks === undefined || !misspelt.has(lacks));
  return relevant
    .slice(0, MAX_REPORTED)
    .map(({ path, message, which }) => written.mistake(path, message, which));
}

function only(mistake: Mistake): Misformed {
  return { mistakes: [mistake], meant: 'dataset', names: [] };
}

interface Described {
  readonly path: Path;
  readonly message: string;
  readonly which?: 'key';
  /** The member that was most likely meant. */
  readonly near?: string;
  /** The missing member. */
  readonly lacks?: string;
}

/** Turns an error of the JSON Schema check into our own message. */
function describe(error: ErrorObject, form: Form): Described {
  const path = pathOf(error.instancePath);
  const schema = (error.parentSchema ?? {}) as {
    description?: string;
    properties?: Record<string, unknown>;
    additionalProperties?: unknown;
  };
  const params = error.params as Record<string, unknown>;
  const name = path.length === 0 ? form.whole : path.join('.');
  switch (error.keyword) {
    case 'additionalProperties': {
      const wrong = String(params.additionalProperty);
      const known = Object.keys(schema.properties ?? {});
      const hint = nearest(wrong, known);
      const message = `${wrong} is not a member of ${name}${hint ? suggestion(hint) : `; there are ${known.join(', ')}.`}`;
      return { path: [...path, wrong], message, which: 'key', ...(hint ? { near: hint } : {}) };
    }
    case 'required': {
      const lacks = String(params.missingProperty);
      return { path, message: `${lacks} is missing in ${name}.`, which: 'key', lacks };
    }
    case 'enum': {
      const values = params.allowedValues as string[];
      const hint = nearest(String(error.data), values);
      return {
        path,
        message: `${name} should be one of ${values.join(', ')}${hint ? suggestion(hint) : '.'}`,
      };
    }
    case 'pattern': {
      const key = error.propertyName;
      const wrong = key ?? String(error.data);
      const hint = rightName(wrong, String(params.pattern), path, key !== undefined, form);
      // The purpose in a description follows a colon and is left out.
      const [wanted = ''] = schema.description?.split(': ') ?? [];
      const message = `should be ${wanted}${hint === undefined ? '.' : `; write ${hint}.`}`;
      if (key === undefined) return { path, message: `${name} is ${excerptOf(error.data)}, but ${message}` };
      return { path: [...path, key], message: `${key} ${message}`, which: 'key' };
    }
    case 'type': {
      const types = [params.type].flat().map((type) => TYPES[String(type)] ?? String(type));
      const quote = types.includes('a text') && ['number', 'boolean'].includes(typeof error.data);
      const message = `${name} is ${excerptOf(error.data)}, but should be ${types.join(' or ')}`;
      const instead = membersOf(error.data, schema);
      const remedy = quote
        ? ': put it in quotes'
        : instead === undefined
          ? ''
          : `; write ${path.at(-1)}: ${instead}`;
      return { path, message: `${message}${remedy}.` };
    }
    default:
      return { path, message: `${name} ${error.message ?? 'is wrong'}.` };
  }
}

/** Suggests a valid name for one with capitals or spaces. A column keeps its own name. */
function rightName(
  wrong: string,
  pattern: string,
  path: Path,
  isKey: boolean,
  form: Form,
): string | undefined {
  const name = nameOf(wrong);
  if (!new RegExp(pattern).test(name)) return undefined;
  if (!form.hasColumns) return name;
  const column = JSON.stringify(wrong);
  if (isKey) return `${name}: { column: ${column} }`;
  return path.length === 2 && path[0] === 'dimensions' ? `{ name: ${name}, column: ${column} }` : name;
}

/** Returns members for names that were written as a list: `{ cakes, pies }`. */
function membersOf(value: unknown, schema: { additionalProperties?: unknown }): string | undefined {
  const { type } = (schema.additionalProperties ?? {}) as { type?: unknown };
  const isEnough = Array.isArray(type) && type.includes('null');
  const names = [value].flat();
  const areNames =
    names.length > 0 && names.every((name) => typeof name === 'string' && /^\w[\w -]*$/.test(name));
  return isEnough && areNames ? `{ ${names.join(', ')} }` : undefined;
}

/** Returns the valid name that is most like a text. It is empty or begins with a digit if there is none. */
export function nameOf(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '');
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'members',
  boolean: 'true or false',
  null: 'nothing',
};

/** Splits a JSON pointer into names. */
function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function excerptOf(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
