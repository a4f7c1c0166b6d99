/** Why a connection ends. */
export type EndReason = 'lifetime' | 'draining' | 'full' | 'slow' | 'gone' | 'unavailable';

/** What clients are told about the ends, by the reason. */
export const ENDS: Readonly<Record<EndReason, string>> = {
  lifetime: 'Connections end after a while. Come back with the id of your last event.',
  draining: 'This server stops. Come back with the id of your last event.',
  full: 'There are too many connections, of yours or of all. Come back later.',
  slow: 'You read more slowly than news arrive. Come back with the id of your last event.',
  gone: 'This question can no longer be asked.',
  unavailable: 'The server can not answer at the moment. Come back later.',
};
