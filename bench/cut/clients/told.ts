/** The events that a stream can have, and `message`, which none has. */
export const TYPES = ['point', 'provisional', 'correction', 'reset', 'heartbeat', 'end', 'message'] as const;

/** Prints an event of a connection, as the line of JSON that the manager reads. @param place which URL it is of, from 0 */
export function tell(place: number, event: string, data: string, id = ''): void {
  process.stdout.write(`${JSON.stringify({ place, event, data, id })}\n`);
}

/** What clients of server-sent events have in common. */
interface Source {
  addEventListener(type: string, listener: (event: { data: string; lastEventId: string }) => void): void;
}

/** Prints all events of sources, one for each URL of the command line. */
export function tellAll(open: (url: string) => Source): void {
  process.argv.slice(2).forEach((url, place) => {
    const source = open(url);
    for (const type of TYPES)
      source.addEventListener(type, ({ data, lastEventId }) => tell(place, type, data, lastEventId));
  });
}
