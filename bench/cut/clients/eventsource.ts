import { EventSource } from 'eventsource';
import { tellAll } from './told.ts';

tellAll((url) => new EventSource(url));
