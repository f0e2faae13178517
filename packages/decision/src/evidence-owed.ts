import { z } from 'zod';

/** Why a decision's detailed entry is read: it was denied, or its agent's consents name more than one human. */
export const evidenceReasons = ['denied', 'several_humans'] as const;
export type EvidenceReason = (typeof evidenceReasons)[number];

/** A value of the evidence topic: a decision whose detailed entry is still to be read; deleted once it was, or is gone. */
export const evidenceOwed = z.object({
  env_id: z.string(),
  decision_id: z.string(),
  /** As the listed entry says. */
  occurred_at: z.string(),
  /** Key of the listed entry's record, so that the detailed one follows it. */
  record_key: z.string(),
  reason: z.enum(evidenceReasons),
});
export type EvidenceOwed = z.infer<typeof evidenceOwed>;

export function evidenceOwedKey({ env_id, decision_id }: Pick<EvidenceOwed, 'env_id' | 'decision_id'>): string {
  return `${env_id}/${decision_id}`;
}
