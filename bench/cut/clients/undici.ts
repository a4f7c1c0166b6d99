import { EventSource } from 'undici';
import { tellAll } from './told.ts';

tellAll((url) => new EventSource(url));
// While it waits to come back, it keeps no process alive.
setInterval(() => undefined, 60_000);
