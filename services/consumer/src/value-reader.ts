import { parseJson } from '@custody/decision';
import type { LogRecord } from '@custody/log';
import type { Logger } from '@custody/runtime';
import type { z } from 'zod';
import type { ConsumerMetrics } from './metrics.ts';

export interface ValueReaderParts {
  readonly topic: string;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
}

/**
 * Reads the values of one of our topics; `null` for a deleted key. A value that cannot be understood (a newer version's,
 * say) is counted, logged and read as `null` too: it must not hold up what follows it.
 */
export function createValueReader<Schema extends z.ZodType>(schema: Schema, parts: ValueReaderParts) {
  const { topic, logger, metrics } = parts;
  return function readValue({ key, value, partition, offset }: LogRecord): z.output<Schema> | null {
    if (value === null) return null;
    const parsed = schema.safeParse(parseJson(value));
    if (parsed.success) return parsed.data;
    metrics.unreadableValues.inc({ topic });
    const [first] = parsed.error.issues;
    const detail = `${first?.path.join('.')}: ${first?.message}`;
    logger.warn({ topic, key, partition, offset, detail }, 'left out a value that is not understood');
    return null;
  };
}
