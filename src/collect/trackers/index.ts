import { MATOMO } from './matomo.ts';
import { PLAUSIBLE } from './plausible.ts';
import { SNOWPLOW } from './snowplow.ts';
import type { Tracker } from './tracker.ts';
import { UMAMI } from './umami.ts';

/** Every tracker whose events are taken: a file of this folder, and its name here. */
export const TRACKERS: readonly Tracker[] = [PLAUSIBLE, UMAMI, MATOMO, SNOWPLOW];
