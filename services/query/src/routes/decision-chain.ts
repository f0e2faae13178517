import {
  type AttributedCall,
  agentSentence,
  consentSentence,
  humanSentence,
  levelsSentence,
  verdictSentence,
  weighLevels,
} from '@custody/decision';
import { grantRow } from '@custody/store';
import { z } from 'zod';

const sentence = z.string().describe('The link in words');
const grants = z.array(grantRow).describe('Grants that may have held at the moment, as they are known now');

/** Human → consent → agent → tool call, each with what it rests on. */
export const decisionChain = z
  .object({
    human: z.object({
      key: z.string().describe('Empty unless it is exactly one'),
      name: z.string(),
      email: z.string(),
      candidates: z.array(z.string()),
      attribution: z.string(),
      evidence: z.string(),
      sentence,
    }),
    consent: z.object({ level: z.string(), consented_at: z.string().nullable(), grants, sentence }),
    ceiling: z.object({ level: z.string(), grants }),
    agent: z.object({ key: z.string(), name: z.string(), sentence }),
    call: z.object({
      tool: z.string(),
      server: z.string(),
      resource: z.string(),
      tenant: z.string(),
      required_level: z.string(),
      grants: grants.describe('Levels that the tool may have required at the moment'),
      decision: z.string(),
      sentence: z.string().describe('Why it was allowed or denied'),
    }),
  })
  .meta({ id: 'Chain' });

type Grant = z.infer<typeof grantRow>;

/** The chain of a stored decision. */
export function chainOf(call: AttributedCall, behind: readonly Grant[]): z.infer<typeof decisionChain> {
  const of = (kind: Grant['kind']) => behind.filter((grant) => grant.kind === kind);
  const { human_key: key, human_name: name, human_email: email, attribution, evidence } = call;
  const { tool, server, resource, tenant, required_level, decision, consented_at } = call;
  return {
    human: {
      ...{ key, name, email, candidates: [...call.human_candidates], attribution, evidence },
      sentence: humanSentence(call),
    },
    consent: { level: call.trust_level, consented_at, grants: of('consent'), sentence: consentSentence(call) },
    ceiling: { level: call.ceiling_level, grants: of('ceiling') },
    agent: { key: call.agent_key, name: call.agent_name, sentence: agentSentence(call) },
    call: {
      ...{ tool, server, resource, tenant, required_level, grants: of('tool_level'), decision },
      sentence: verdictSentence(call),
    },
  };
}

/** What of the chain stands in one place: the arithmetic of trust. */
export const trust = z.object({
  consent: z.string().describe('The level that the human gave the agent; empty when unknown'),
  ceiling: z.string().describe('The most that the admin allows the human'),
  effective: z.string().describe('The lower of the two'),
  required: z.string().describe('What the tool asks for'),
  sufficient: z.boolean().nullable().describe('effective ≥ required; null when one of them is unknown'),
  limited_by: z
    .enum(['consent', 'ceiling', 'both', ''])
    .describe('Which of the two is the lower one; empty when one of them is unknown'),
  sentence: z.string().describe('The same in words'),
});

export function trustOf(call: AttributedCall): z.infer<typeof trust> {
  const levels = weighLevels(call);
  return {
    consent: call.trust_level,
    ceiling: call.ceiling_level,
    effective: levels.effective ?? '',
    required: call.required_level,
    sufficient: levels.isSufficient,
    limited_by: levels.limitedBy,
    sentence: levelsSentence(levels),
  };
}
