import { openApiFor } from '../api/catalogue/openapi.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';

/** One thing that can be asked over HTTP, as the OpenAPI document describes it. */
export interface Operation {
  /** Of a metric its name. */
  readonly operationId: string;
  readonly method: 'get' | 'post';
  /** With `{NAME}` in place of parameters. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  /** There where it takes a body, of JSON. */
  readonly requestBody?: object;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly example?: string;
  readonly schema?: { readonly enum?: readonly string[]; readonly examples?: readonly string[] };
}

const known = new WeakMap<Catalogue, ReadonlyMap<string, Operation>>();

/** The operations of a catalogue's API, by their ids, in the document's order. */
export function operationsOf(catalogue: Catalogue): ReadonlyMap<string, Operation> {
  let operations = known.get(catalogue);
  if (!operations) {
    const { paths } = openApiFor(catalogue, new Map()) as unknown as {
      paths: Record<string, Partial<Record<Operation['method'], Omit<Operation, 'method' | 'path'>>>>;
    };
    const all = Object.entries(paths).flatMap(([path, methods]) =>
      (['get', 'post'] as const).flatMap((method): Operation[] => {
        const operation = methods[method];
        return operation ? [{ ...operation, parameters: operation.parameters ?? [], method, path }] : [];
      }),
    );
    known.set(catalogue, (operations = new Map(all.map((one) => [one.operationId, one]))));
  }
  return operations;
}

/**
 * The address of a request. What is empty is left out of its query, and stays a parameter's name in its
 * path, which the answer then speaks of.
 */
export function requestUrl({ path, parameters }: Operation, values: URLSearchParams): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place } of parameters) {
    const value = values.get(name) ?? '';
    if (value === '') continue;
    if (place === 'query') query.set(name, value);
    else filled = filled.replace(`{${name}}`, () => encodeURIComponent(value));
  }
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}
