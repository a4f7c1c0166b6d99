import type { Stream } from '../streams/stream.ts';
import type { HourLoss } from './manifest.ts';
import type { HostGaps, Sequence } from './row-writer.ts';

/** From which part of an hour's numbers on their loss is told of, and stops what is made of the hour. */
const WARNING = 0.005;
const STOP = 0.02;
/** How many hosts are named. */
const HOSTS = 10;

/** The fields by which a stream's loss is found; undefined where nobody counts. */
export function sequenceOf(stream: Stream & { readonly sequence?: Sequence }): Sequence | undefined {
  return stream.sequence;
}

/** @param isSure whether the hour after is closed, too: what is missing could be there */
export function lossOf(gaps: readonly HostGaps[], isSure: boolean): HourLoss {
  const expected = gaps.reduce((sum, host) => sum + host.expected, 0);
  const missing = gaps.reduce((sum, host) => sum + host.missing, 0);
  const share = expected === 0 ? 0 : missing / expected;
  const state = share >= STOP ? 'stop' : share >= WARNING ? 'warning' : 'none';
  const hosts = gaps.filter((host) => host.missing > 0).toSorted((a, b) => b.missing - a.missing);
  return {
    state: isSure || state === 'none' ? state : 'unsure',
    expected,
    missing,
    hosts: hosts.slice(0, HOSTS),
  };
}
