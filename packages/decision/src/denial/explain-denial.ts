import { z } from 'zod';
import { principalKind } from '../principal.ts';
import { denialSentence } from './denial-sentence.ts';
import { agentText, levelRemedies, unnamedRemedy } from './level-remedies.ts';
import { type Remedy, remedy } from './remedy.ts';
import type { StoredCall } from './stored-call.ts';
import { type WeighedLevels, weighLevels } from './weigh-levels.ts';

/** Why a call was denied and what would have let it pass. */
export const denialExplanation = z
  .object({
    sentence: z.string().describe('Why it was denied, as the gateway shows it'),
    remedies: z.array(remedy).min(1).describe('What has to change, all of it together'),
  })
  .meta({ id: 'Denial' });

export type DenialExplanation = z.infer<typeof denialExplanation>;

function unexplained(sentence: string): Remedy {
  return { code: 'unexplained', sentence };
}

/** The listings knew the tool, and the policy did not: one of them was late, so nothing tells what to change. */
const listedSentence =
  'The tool was listed with a level for that moment, so a change that no listing caught decided: the PDP had not learned of it yet, or it was added later';

function registration(call: StoredCall): Remedy {
  const { agent_key: caller } = call;
  const sentence =
    principalKind(caller) === 'agent'
      ? `${agentText(call)} is not known to Permit: it must be connected to the gateway, and its human finish the consent`
      : `${agentText(call)} is not known to Permit: the user must be synced`;
  return { code: 'register_caller', sentence, caller };
}

/** Names that the policy did not know; levels decide nothing then. `null` for every other reason. */
function unknownName(call: StoredCall): Remedy | null {
  const { reason_code, server, tool, tenant, required_level } = call;
  if (reason_code === 'user_not_synced') return registration(call);
  if (reason_code === 'no_such_tenant') {
    return { code: 'create_tenant', sentence: `The tenant '${tenant}' must be created in Permit`, tenant };
  }
  if (reason_code !== 'no_such_resource' && reason_code !== 'no_such_action') return null;
  if (required_level !== '') return unexplained(listedSentence);
  if (reason_code === 'no_such_resource') {
    const sentence = `The server '${server}' must be imported into the gateway, unless the agent mistook its name`;
    return { code: 'import_server', sentence, server };
  }
  const sentence = `The tool is unknown: '${tool}' must be added to ${server}, unless the agent mistook its name`;
  return { code: 'add_tool', sentence, server, tool };
}

/** Humans who call themselves, and callers behind whom nobody stands: roles of their own decide. */
function policyRemedy(call: StoredCall): Remedy {
  const { agent_key: caller, resource, tool } = call;
  if (call.reason_code === 'disabled') return disabledRemedy;
  const sentence = `No consent is involved: an admin must give ${agentText(call)} a role that grants '${tool}' on ${resource || 'the resource'}`;
  return { code: 'change_policy', sentence, caller, resource, tool };
}

const disabledRemedy: Remedy = {
  code: 'enable_policy',
  sentence: 'What the reason calls disabled must be enabled in Permit: no known level stands in the way',
};

/** Both levels are known and neither is known to be too low. */
function beyondLevels(call: StoredCall, { effective, required }: WeighedLevels): Remedy {
  if (call.reason_code === 'disabled') return disabledRemedy;
  if (required === null) {
    const { server, tool } = call;
    const sentence = `The level that '${tool}' requires on ${server} is not known, so it cannot be told whether ${effective} is too low`;
    return { code: 'find_level', sentence, server, tool };
  }
  return unexplained(
    `The known levels would have allowed the call (${effective} at most, ${required} required): a change that no listing caught, or another policy, decided`,
  );
}

function remediesOf(call: StoredCall): Remedy[] {
  const named = unknownName(call);
  if (named !== null) return [named];
  if (principalKind(call.agent_key) === 'human' || call.attribution === 'none') return [policyRemedy(call)];
  const levels = weighLevels(call);
  // Every other code says in one way or another that no role sufficed, so the levels tell which one was missing.
  if (call.human_key === '') return [unnamedRemedy(call, levels)];
  const missing = levelRemedies(call, levels);
  return missing.length > 0 ? missing : [beyondLevels(call, levels)];
}

/**
 * Explains a denial from what is stored of it alone; `null` for what was not denied. The remedies are needed together,
 * so a call that one change would have let pass has exactly one. They speak of the levels as they were at its moment.
 */
export function explainDenial(call: StoredCall): DenialExplanation | null {
  if (call.decision !== 'deny') return null;
  return { sentence: denialSentence(call), remedies: remediesOf(call) };
}
