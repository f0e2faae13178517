/** What the login `reader` may see: the public views, and nothing of `custody_internal`. */
export const readerObjects = [
  'custody.decisions',
  'custody.decisions_hourly',
  'custody.decisions_daily',
  'custody.grants',
  'custody.access_changes',
  'custody.windows',
  'custody.coverage',
  'custody.attribution_corrections',
  'custody.seals',
  'custody.verifications',
  'custody.alerts',
] as const;
