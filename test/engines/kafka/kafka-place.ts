import { randomBytes } from 'node:crypto';
import { engineAddress } from '../places.ts';

/** A prefix of topics of its own, in the Kafka that runs: what follows `kafka:` in an address. */
export function kafkaPlace(query = ''): string {
  return `${kafkaBrokers()}/t${randomBytes(5).toString('hex')}${query}`;
}

/** `//HOST:PORT`, of the Kafka that runs. */
export function kafkaBrokers(): string {
  return engineAddress('ENGINES_KAFKA').replace(/^kafka:/, '');
}
