import { eventLogConformance, type OpenedLog } from '../../log/conformance.ts';
import { openKafkaLog, openKafkaLogReader } from '../../../src/log/kafka/open.ts';
import type { EventLog, EventLogReader } from '../../../src/log/event-log.ts';
import { kafkaPlace } from './kafka-place.ts';

eventLogConformance('in Kafka', async (): Promise<OpenedLog> => {
  const place = kafkaPlace();
  let log: EventLog = await openKafkaLog(place);
  const reopen = async (): Promise<EventLog> => {
    await log.close();
    return (log = await openKafkaLog(place));
  };
  const reader = await openKafkaLogReader(place);
  const close = async (): Promise<void> => {
    await log.close();
    await reader.close();
  };
  return { log, reopen, reader: (): EventLogReader => reader, close };
});
