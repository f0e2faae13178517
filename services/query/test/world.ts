import type { AttributedDecision, Certainty, ReasonCode, Verdict } from '@custody/decision';

/** A small generator of our own; the oracle and the store get the same rows from it. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export interface Flat {
  id: string;
  atMs: number;
  env: string;
  envName: string;
  agent: string;
  agentName: string;
  human: string;
  candidates: string[];
  server: string;
  tool: string;
  decision: Verdict;
  reason: string;
  reason_code: ReasonCode;
  attribution: Certainty;
  trust_level: Level;
  /** Both medium where nothing else is said. */
  ceiling_level?: Level;
  required_level?: Level;
}

type Level = 'low' | 'medium' | 'high' | '';

const humans = [
  { key: 'human|auth0:ada', name: 'Ada Byron', email: 'ada@example.org' },
  { key: 'human|bob', name: 'Bob', email: 'bob@example.org' },
  { key: 'human|robert', name: 'Bob', email: 'robert@example.org' },
  { key: "human|o'hara", name: "Max O'Hara", email: 'max@example.org' },
];
const agentNames = ['Cursor', 'Claude', 'Cursor', 'Windsurf, beta', '!odd*'];

/** Decisions from `fromMs` to `toMs`, several of one millisecond among them. */
export function makeWorld(count: number, fromMs: number, toMs: number, seed = 7): Flat[] {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  let previousMs = fromMs;
  return Array.from({ length: count }, (_, index) => {
    const agent = random(agentNames.length);
    const isTie = random(5) === 0;
    const atMs = isTie ? previousMs : fromMs + random(toMs - fromMs);
    previousMs = atMs;
    const decision = pick<Verdict>(['allow', 'allow', 'allow', 'deny', 'unknown']);
    const attribution = pick<Certainty>(['exact', 'exact', 'inferred', 'ambiguous', 'unknown']);
    const isKnown = attribution === 'exact' || attribution === 'inferred';
    const env = random(3) === 0 ? 2 : 1;
    return {
      id: `${createHex(random, 8)}-${createHex(random, 4)}-4${createHex(random, 3)}-8${createHex(random, 3)}-${index.toString(16).padStart(12, '0')}`,
      atMs,
      env: `env-${env}`,
      envName: env === 1 ? 'production' : 'staging',
      agent: `agent|client-${agent}`,
      agentName: agentNames[agent] ?? '',
      human: isKnown ? pick(humans).key : '',
      candidates: attribution === 'ambiguous' ? [humans[0]?.key ?? '', pick(humans.slice(1)).key].sort() : [],
      server: pick(['linear', 'github', 'linear-eu', '']),
      tool: pick(['create_issue', 'list', 'delete']),
      decision,
      reason: decision === 'deny' ? pick(['Nicht ÄRGERN', 'user lacks 100% of_it', "it's 'quoted'"]) : '',
      reason_code: decision === 'deny' ? pick<ReasonCode>(['no_permission', 'no_such_action', 'other']) : '',
      attribution,
      trust_level: pick(['low', 'medium', 'high', '']),
    };
  });
}

function createHex(random: (below: number) => number, digits: number): string {
  return Array.from({ length: digits }, () => random(16).toString(16)).join('');
}

/** The same row as the consumer would hand it to the store. */
export function storedRow(flat: Flat): { decision: AttributedDecision; entryBytes: Uint8Array } {
  const human = humans.find(({ key }) => key === flat.human);
  const decision: AttributedDecision = {
    envId: flat.env,
    envName: flat.envName,
    decision: {
      id: flat.id,
      occurredAtMs: flat.atMs,
      agentKey: flat.agent,
      agentName: flat.agentName,
      server: flat.server,
      resource: flat.server === '' ? '' : `${flat.server}:${flat.server}`,
      tool: flat.tool,
      tenant: 'default',
      verdict: flat.decision,
      reason: flat.reason,
      reasonCode: flat.reason_code,
      evidenceHumans: [],
    },
    attribution: {
      certainty: flat.attribution,
      evidence: human ? 'consent' : '',
      humanKey: flat.human,
      humanName: human?.name ?? '',
      humanEmail: human?.email ?? '',
      candidates: flat.candidates,
      consentId: human ? 'consent-1' : '',
      consentAtMs: human ? flat.atMs - 5 : null,
      trustLevel: flat.trust_level,
      ceilingLevel: flat.ceiling_level ?? 'medium',
      requiredLevel: flat.required_level ?? 'medium',
    },
    grantsPosition: 1,
    ingestedAtMs: flat.atMs + 1000,
  };
  return { decision, entryBytes: Buffer.from(`{"id": "${flat.id}",  "n":1.0}`) };
}
