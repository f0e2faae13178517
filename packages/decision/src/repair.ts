import { z } from 'zod';

/** "Read this hour again", with the reason. Written by consumer and sealer, read by the poller. */
export const repairRequest = z.object({
  env_id: z.string(),
  hour: z.string(),
  reason: z.string(),
  requested_by: z.string(),
  requested_at: z.string(),
});
export type RepairRequest = z.infer<typeof repairRequest>;

/** `requested_by` of an operator's `custody backfill`: nothing is known to be missing, so it may wait for those where it is. */
export const backfillRequester = 'backfill';

export function repairRequestKey(request: Pick<RepairRequest, 'env_id' | 'hour'>): string {
  return `${request.env_id}/${request.hour}`;
}
