import { z } from 'zod';

export const reservedWindowsPrefix = 'installation/';

/** Key of the record in the windows topic that says where the log's decisions come from. */
export const sourceClaimKey = `${reservedWindowsPrefix}source`;

/** A value under `sourceClaimKey`: a log holds decisions of one kind of source, for ever. */
export const sourceClaim = z.object({ source: z.enum(['permit', 'simulator']) });
export type SourceClaim = z.infer<typeof sourceClaim>;

/** Whether a key of the windows topic speaks of the installation and not of an hour: readers of hours skip it. */
export function isReservedWindowsKey(key: string): boolean {
  return key.startsWith(reservedWindowsPrefix);
}
