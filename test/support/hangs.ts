/**
 * When a test that hangs is ended, in ms. It is no promise of speed: however busy a machine is, whatever
 * doesn't hang is over by then.
 */
export const HANGS_MS = 30 * 60_000;
