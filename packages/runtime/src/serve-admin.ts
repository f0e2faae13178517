import { type ReadinessCheck, startAdminServer } from './admin-server.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import type { MetricsText } from './metrics.ts';

export interface AdminConfig {
  readonly CUSTODY_ADMIN_HOST: string;
  /** Unset: nothing is served. */
  readonly CUSTODY_ADMIN_PORT?: number | undefined;
}

/** Serves health and metrics of a service until it ends, where a port is configured. Throws `PORT_IN_USE`, `ADDRESS_UNUSABLE`. */
export async function serveAdmin(
  { CUSTODY_ADMIN_HOST: host, CUSTODY_ADMIN_PORT: port }: AdminConfig,
  { lifecycle, logger }: { readonly lifecycle: Lifecycle; readonly logger: Logger },
  metrics: MetricsText,
  checks: Readonly<Record<string, ReadinessCheck>>,
): Promise<void> {
  if (port === undefined) return;
  const admin = await startAdminServer({ host, port, metrics, checks });
  lifecycle.defer('admin server', () => admin.close());
  logger.info({ url: admin.url }, 'admin server');
}
