import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/core/engine-error.ts';
import { EMPTY_STATE } from '../../../src/core/time/table-state.ts';
import { bufferOf, keyAfter } from '../../../src/stores/hbase/buffers.ts';
import { callError } from '../../../src/stores/hbase/call-error.ts';
import { periodFilter } from '../../../src/stores/hbase/scan.ts';
import { begun, committed, EMPTY, snapshotOf } from '../../../src/stores/hbase/store-row.ts';

describe('what a series store on HBase writes and reads', () => {
  it('takes bytes as they are, also from the middle of others', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    assert.deepEqual([...bufferOf(bytes)], [2, 3]);
    assert.equal(bufferOf(bytes).buffer, bytes.buffer);
    assert.ok(Buffer.compare(keyAfter(bytes), bytes) > 0);
    assert.deepEqual([...keyAfter(bytes)], [2, 3, 0]);
  });

  it('finds its row as it was written', () => {
    const failed = [{ number: 3, table: 'a', removed: 4 }];
    const publication = { number: 7, table: 'b' };
    const before = snapshotOf({ format: '1', ...begun(publication, failed) });
    assert.deepEqual(before, { ...EMPTY, number: 7, pending: publication, failed });
    const state = { ...EMPTY_STATE, version: 5 };
    const columns = { format: '1', ...begun(publication, failed), ...committed(publication, state, failed) };
    assert.deepEqual(snapshotOf(columns), {
      revision: 7,
      tables: new Map([['b', state]]),
      number: 7,
      pending: undefined,
      failed,
    });
    assert.equal(snapshotOf({}), EMPTY);
    assert.throws(() => snapshotOf({ format: '2' }), EngineError);
  });

  it('asks HBase for no more periods than are cleared, where it can be told', () => {
    assert.equal(
      periodFilter([
        { row: 'D2024', column: '03' },
        { row: 'D2024', column: '04' },
      ]),
      "(RowFilter(=,'substring:D2024')) AND (QualifierFilter(=,'substring:03') OR QualifierFilter(=,'substring:04'))",
    );
    assert.equal(periodFilter([{ row: 'M', column: '2024' }]), "QualifierFilter(=,'substring:2024')");
    assert.equal(periodFilter([{ row: "it's", column: '' }]), undefined);
  });

  it("says of Java's errors their first line only", () => {
    const stack = 'org.apache.hadoop.hbase.DoNotRetryIOException: no\n\tat org.apache.hadoop.Foo(Foo.java:1)';
    const error = callError("can't read cells", Object.assign(new Error(stack)));
    assert.equal(error.message, "can't read cells: org.apache.hadoop.hbase.DoNotRetryIOException: no");
    assert.equal(error.cause, undefined);
    assert.ok(callError('x', { message: 'y'.repeat(5000) }).message.length < 400);
    assert.equal(callError('x', undefined).message, 'x: undefined');
  });
});
