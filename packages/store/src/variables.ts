import { httpUrl, port } from '@custody/runtime';
import { z } from 'zod';

/** Where the store is and who asks, as every service that speaks to it is configured. */
export const storeVariables = z.object({
  CLICKHOUSE_URL: httpUrl.optional(),
  CLICKHOUSE_USER: z.string().default('default'),
  CLICKHOUSE_PASSWORD: z.string().default(''),
  /** Port of the embedded store on loopback; counts where `CLICKHOUSE_URL` is unset. */
  CUSTODY_CLICKHOUSE_PORT: port.default(8123),
});

/** The store's address: the server that is configured, or the embedded store on this machine. */
export function storeUrl(config: Pick<z.infer<typeof storeVariables>, 'CLICKHOUSE_URL' | 'CUSTODY_CLICKHOUSE_PORT'>) {
  return config.CLICKHOUSE_URL ?? `http://127.0.0.1:${config.CUSTODY_CLICKHOUSE_PORT}`;
}
