import { resolve } from 'node:path';
import { z } from 'zod';
import { logLevels } from './logger.ts';

/** A whole number within bounds, with a message that says both. */
export function wholeNumber(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number<string>(message).int(message).min(minimum, message).max(maximum, message);
}

/** A TCP port; 0 lets the system choose. */
export const port = wholeNumber(0, 65_535);

/** An http or https address, without a trailing slash. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((url) => url.replace(/\/+$/, ''));

/** Settings that every service has. */
export const commonVariables = z.object({
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  CUSTODY_DATA_DIR: z
    .string()
    .default('.custody')
    .transform((path) => resolve(path)),
  /** Where `/livez`, `/readyz` and `/metrics` of a service without an API of its own are; unset: nowhere. */
  CUSTODY_ADMIN_PORT: port.optional(),
  CUSTODY_ADMIN_HOST: z.string().default('127.0.0.1'),
});
