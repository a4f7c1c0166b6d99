import { openApiFor } from '../api/catalogue/openapi.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';

/** An operation of the OpenAPI document. */
export interface Operation {
  /** Its id; for a metric's path, the name of the metric. */
  readonly operationId: string;
  readonly method: 'get' | 'post';
  /** The path with `{NAME}` for each parameter. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Present if the operation takes a body, which is JSON. */
  readonly requestBody?: object;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly example?: string;
  readonly schema?: ParameterSchema;
}

/** The schema of a parameter: one of a few values, or, under `anyOf`, one of a few or several of them. */
export interface ParameterSchema {
  readonly enum?: readonly string[];
  readonly anyOf?: readonly { readonly enum?: readonly string[] }[];
}

const known = new WeakMap<Catalogue, ReadonlyMap<string, Operation>>();

/** Returns the operations of a catalogue's API by their ids, in the document's order. */
export function operationsOf(catalogue: Catalogue): ReadonlyMap<string, Operation> {
  let operations = known.get(catalogue);
  if (!operations) {
    const { paths } = openApiFor(catalogue, new Map()) as unknown as {
      paths: Record<string, Partial<Record<Operation['method'], Omit<Operation, 'method' | 'path'>>>>;
    };
    const all = Object.entries(paths).flatMap(([path, methods]) =>
      (['get', 'post'] as const).flatMap((method): Operation[] => {
        const operation = methods[method];
        // The console waits for the end of an answer, and a stream has none.
        return operation && !operation.tags.includes('stream')
          ? [{ ...operation, parameters: operation.parameters ?? [], method, path }]
          : [];
      }),
    );
    known.set(catalogue, (operations = new Map(all.map((one) => [one.operationId, one]))));
  }
  return operations;
}

/**
 * Returns the URL of a request. An empty value is left out of the query. If a parameter of the path is empty,
 * its name stays in the path, so that the answer reports it.
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
