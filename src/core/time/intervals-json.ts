import type { Coverage } from './coverage.ts';

/** A coverage as manifests and stores keep it. */
export type IntervalsJson = (readonly [first: number, last: number, complete: 0 | 1])[];

export function intervalsToJson(coverage: Coverage): IntervalsJson {
  return coverage.map(({ first, last, complete }) => [first, last, complete ? 1 : 0]);
}

export function intervalsFromJson(json: IntervalsJson): Coverage {
  return json.map(([first, last, complete]) => ({ first, last, complete: complete === 1 }));
}
