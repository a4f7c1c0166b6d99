declare module 'matomo-tracker' {
  /** As much of the package, which has no types of its own, as is used here. */
  export default class MatomoTracker {
    constructor(site: number, url: string);
    on(event: 'error', call: (error: unknown) => void): void;
    track(options: string | Record<string, unknown>): void;
    trackBulk(events: Record<string, unknown>[], done: (answer: string) => void): void;
  }
}
