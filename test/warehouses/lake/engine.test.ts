import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../../../src/warehouses/lake/engine.ts';

const forever = new AbortController().signal;

void describe('the connections of an embedded DuckDB', () => {
  let folder: string;
  let engine: Engine;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kraken-engine-'));
    engine = await Engine.open(folder);
  });
  after(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  it('are four at most, however many ask for one in the same moment', async () => {
    const lent = new Set<unknown>();
    let most = 0;
    const asker = async () => {
      const connection = await engine.borrow(forever);
      lent.add(connection);
      most = Math.max(most, lent.size);
      await connection.run('SELECT 1');
      lent.delete(connection);
      engine.giveBack(connection);
    };
    await Promise.all(Array.from({ length: 50 }, asker));
    assert.equal(most, 4);
  });
});
