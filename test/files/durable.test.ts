import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFolderDurably, renameDurably, type Disk } from '../../src/files/durable.ts';

/** A disk that does nothing but write down what it was asked, in order. */
function diskThatNotes(firstMade?: string): { disk: Disk; asked: string[] } {
  const asked: string[] = [];
  const disk: Disk = {
    rename: async (from, to) => void asked.push(`rename ${from} ${to}`),
    mkdir: async (folder) => {
      asked.push(`mkdir ${folder}`);
      return firstMade;
    },
    open: async (path) => ({
      sync: async () => void asked.push(`sync ${path}`),
      close: async () => undefined,
    }),
  };
  return { disk, asked };
}

void test('after the rename of a file its folder is synced', async () => {
  const { disk, asked } = diskThatNotes();
  await renameDurably('/lake/_tmp/new', '/lake/table/_manifest.json', disk);
  assert.deepEqual(asked, ['rename /lake/_tmp/new /lake/table/_manifest.json', 'sync /lake/table']);
});

void test('for each new folder the one above it is synced', async () => {
  const { disk, asked } = diskThatNotes('/lake/table');
  await makeFolderDurably('/lake/table/grain=daily/year=2024', disk);
  assert.deepEqual(asked, [
    'mkdir /lake/table/grain=daily/year=2024',
    'sync /lake/table/grain=daily',
    'sync /lake/table',
    'sync /lake',
  ]);
});

void test('an existing folder is not synced', async () => {
  const { disk, asked } = diskThatNotes();
  await makeFolderDurably('/lake/table', disk);
  assert.deepEqual(asked, ['mkdir /lake/table']);
});
