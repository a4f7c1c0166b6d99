import assert from 'node:assert/strict';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** A gateway with the sample, to which anything may be sent: no answer may say that the server failed. */
export class Hostile {
  readonly gateway: Gateway;
  /** What the warehouse rejected with: it would count towards a breaker. */
  readonly #failures: unknown[];

  private constructor(gateway: Gateway, failures: unknown[]) {
    this.gateway = gateway;
    this.#failures = failures;
  }

  static async start(): Promise<Hostile> {
    const failures: unknown[] = [];
    const gateway = await startGateway({
      wrapWarehouse: (warehouse) => noting(warehouse, failures),
    });
    await gateway.loadSample();
    return new Hostile(gateway, failures);
  }

  async send(method: 'GET' | 'POST', url: string, payload?: string): Promise<Answered> {
    const { statusCode, body } = await this.gateway.app.api.inject({
      method,
      url,
      headers: { host: 'localhost' },
      ...(payload === undefined
        ? {}
        : { payload, headers: { host: 'localhost', 'content-type': 'application/json' } }),
    });
    const sent = `${method} ${url} ${payload ?? ''}`.slice(0, 2000);
    assert.ok(statusCode < 500, `${sent}: ${statusCode} ${body.slice(0, 300)}`);
    assert.deepEqual(this.#failures, [], sent);
    return { status: statusCode, body };
  }

  async graphql(query: string, variables: unknown): Promise<Answered> {
    const answer = await this.send('POST', '/graphql', JSON.stringify({ query, variables }));
    assert.ok(
      !/INTERNAL|"status":5/.test(answer.body),
      `${JSON.stringify(variables)}: ${answer.body.slice(0, 500)}`,
    );
    return answer;
  }
}

/** The same warehouse, whose failures are noted down. */
function noting(warehouse: Warehouse, failures: unknown[]): Warehouse {
  async function* noted<T>(rows: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* rows;
    } catch (error) {
      failures.push(error);
      throw error;
    }
  }
  return {
    states: (signal) => warehouse.states(signal),
    select: (query, signal) => noted(warehouse.select(query, signal)),
    aggregate: (query, signal) => noted(warehouse.aggregate(query, signal)),
    analyse: (query, signal) => noted(warehouse.analyse(query, signal)),
    sqlOf: (...args) => warehouse.sqlOf(...args),
    foreign: (table) => warehouse.foreign(table),
    write: (...args) => warehouse.write(...args),
    lease: (...args) => warehouse.lease(...args),
    close: () => warehouse.close(),
  };
}
