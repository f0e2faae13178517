import type { AttributedDecision, Verdict } from '@custody/decision';
import type { DecisionRow } from '../src/index.ts';

export interface RowOptions {
  readonly id: string;
  readonly atMs: number;
  readonly verdict?: Verdict;
  readonly humanKey?: string;
  readonly grantsPosition?: number;
  readonly envId?: string;
  readonly reason?: string;
}

/** A decision with its entry, as the consumer hands it on. */
export function makeRow({
  id,
  atMs,
  verdict = 'allow',
  humanKey = 'human|h1',
  grantsPosition = 1,
  ...rest
}: RowOptions): DecisionRow {
  const decision: AttributedDecision = {
    envId: rest.envId ?? 'env-1',
    envName: 'production',
    decision: {
      id,
      occurredAtMs: atMs,
      agentKey: 'agent|a1',
      agentName: 'Cursor',
      server: 'linear',
      resource: 'linear:linear',
      tool: 'create_issue',
      tenant: 'default',
      verdict,
      reason: rest.reason ?? '',
      reasonCode: verdict === 'deny' ? 'no_permission' : '',
      evidenceHumans: [],
    },
    attribution: {
      certainty: 'exact',
      evidence: 'consent',
      humanKey,
      humanName: 'Ada',
      humanEmail: 'ada@example.org',
      candidates: [],
      consentId: 'consent-1',
      consentAtMs: atMs - 1000,
      trustLevel: 'medium',
      ceilingLevel: 'high',
      requiredLevel: 'low',
    },
    grantsPosition,
    ingestedAtMs: atMs + 5000,
  };
  return { decision, entryBytes: Buffer.from(`{"id":"${id}","n": 1.0,"text":"ü\\u0000 \\ud83d\\"'\\\\"}`) };
}

/** A UUID whose digits say which one it is. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}
