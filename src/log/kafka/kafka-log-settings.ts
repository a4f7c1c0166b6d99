export interface KafkaLogSettings {
  /** The longest time of an append, in ms. */
  readonly appendMs: number;
  /** The longest time of another call, in ms. */
  readonly callMs: number;
  /** The largest batch. */
  readonly maxAppendBytes: number;
  /** The largest record batch of several appends. Topics take 1,048,588 bytes by default. */
  readonly maxBatchBytes: number;
  /** The most bytes that wait in memory. Further appends are refused. */
  readonly maxQueuedBytes: number;
}

export const KAFKA_LOG_SETTINGS: KafkaLogSettings = {
  appendMs: 5_000,
  callMs: 10_000,
  maxAppendBytes: 8 * 2 ** 20,
  maxBatchBytes: 900_000,
  maxQueuedBytes: 16 * 2 ** 20,
};

/**
 * Only `trim` deletes records. The broker's clock gives the time, so that no record is refused for its date.
 * A batch may be as large as `maxAppendBytes`.
 */
export const TOPIC_CONFIGS = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'LogAppendTime',
  'max.message.bytes': String(10 * 2 ** 20),
};
