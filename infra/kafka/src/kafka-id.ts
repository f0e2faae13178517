import { randomBytes } from 'node:crypto';

/** Random, in Kafka's notation of a UUID, which must not begin with a hyphen. */
export function newKafkaId(): string {
  return `A${randomBytes(16).toString('base64url').slice(1)}`;
}
