import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alike, nearest, nearestOf } from '../../../src/core/value/nearest.ts';
import { cpuMsOf } from '../../support/cpu-ms.ts';

const names = ['pageviews-top', 'pageviews-top-by-country', 'unique-devices'];

void test('a misspelt name gets the right suggestion', () => {
  assert.equal(nearest('pagevews-top', names), 'pageviews-top');
  assert.equal(nearest('unique_device', names), 'unique-devices');
  assert.equal(nearest('pageviews-by-country', names), 'pageviews-top-by-country');
});

void test('swapped neighbours count as one change, and case does not count', () => {
  assert.equal(nearest('cvs', ['csv', 'tsv']), 'csv');
  assert.equal(nearest('caek', ['cake', 'cafe']), 'cake');
  assert.equal(nearest('CAKE', ['lake', 'cake']), 'cake');
  assert.deepEqual(nearestOf('Catt', ['Dog', 'Cats', 'Cat'], 3), ['Cats', 'Cat']);
});

void test('a text of a megabyte is not compared with other names', async () => {
  const long = 'a'.repeat(1_000_000);
  assert.ok((await cpuMsOf(() => assert.equal(nearest(long, names), undefined))) < 100);
});

void test('a name that is not similar to any other gets no suggestion', () => {
  assert.equal(nearest('edits', names), undefined);
  assert.equal(nearest('', names), undefined);
  assert.equal(nearest('nix', ['big', 'n']), undefined);
  assert.equal(nearest('n', ['k']), undefined);
  assert.equal(nearest('bg', ['big']), 'big');
});

void test('several suggestions come nearest first, and case does not count', () => {
  const titles = ['Interstellar_(film)', 'Tenet_(film)', 'Interstellar_travel', 'Tenor'];
  assert.deepEqual(alike('interstellar', titles, 5), ['Interstellar_(film)', 'Interstellar_travel']);
  assert.deepEqual(alike('Intersteller_(film)', titles, 5), ['Interstellar_(film)']);
  assert.deepEqual(alike('(film)', titles, 1), ['Interstellar_(film)']);
  assert.deepEqual(alike('', titles, 5), []);
});

void test('another spelling of a name is that name, however many letters differ', () => {
  const metrics = ['bytes-difference-net-per-page', 'edits-per-page', ...names];
  assert.equal(nearest('bytesDifferenceNetPerPage', metrics), 'bytes-difference-net-per-page');
  assert.equal(nearest('PAGEVIEWS_TOP_BY_COUNTRY', metrics), 'pageviews-top-by-country');
  assert.equal(nearest('editorType', ['editor-type', 'page-type']), 'editor-type');
  assert.equal(nearest('-', ['-_', 'a']), undefined);
});

void test('the name that another transport has for a thing suggests the name here', () => {
  assert.equal(nearest('granularity', ['metric', 'grain', 'range']), 'grain');
  assert.equal(nearest('grain', ['project', 'granularity', 'label']), 'granularity');
  assert.equal(nearest('start', ['metric', 'grain', 'range']), 'range');
  assert.equal(nearest('limit', ['date', 'first']), 'first');
  assert.equal(nearest('granularity', ['metric', 'by']), undefined);
});
