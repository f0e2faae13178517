import { pollerReports } from '@custody/store';
import type { z } from 'zod';

/** What an environment's poller last reported of its whole history. */
export const pollerReport = pollerReports.row.omit({ env_id: true });
export type PollerReport = z.infer<typeof pollerReport>;
