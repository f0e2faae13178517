import type { HeldAlert } from '@custody/detect';

/** What these found is that time could not be read: once it is read they would never be found of it. */
const ofReading: readonly HeldAlert['alert']['detector'][] = ['coverage_lost', 'source_silent'];

/** The alert, with nothing to settle where proof would only say that reading has caught up. */
export function settleable(held: HeldAlert): HeldAlert {
  const { told, alert } = held;
  if (told === null || told.unsettled === null || !ofReading.includes(alert.detector)) return held;
  return { ...held, told: { ...told, unsettled: null } };
}
