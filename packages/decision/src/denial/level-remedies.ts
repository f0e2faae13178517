import type { Remedy } from './remedy.ts';
import type { StoredCall } from './stored-call.ts';
import { isTooLow, type WeighedLevels } from './weigh-levels.ts';

/** An agent as a sentence names it: many share a name, so the key stands beside it. */
export function agentText({ agent_name: name, agent_key: key }: StoredCall): string {
  return name === '' ? key : `${name} (${key})`;
}

/** The level to reach, as the end of a sentence: the tool's where it is known. */
function atLeast(tool: string, required: string): string {
  return required === '' ? `at the level that '${tool}' requires` : `at ${required} or more`;
}

function ceilingRemedy(call: StoredCall, { ceiling, required }: WeighedLevels): Remedy[] {
  const { human_key: human, server, tool } = call;
  const name = call.human_name || human;
  if (ceiling === null) {
    const sentence = `No maximum of ${name}'s for ${server} is known: if there was none, an admin must set it, ${atLeast(tool, required ?? '')}`;
    return [{ code: 'set_ceiling', sentence, human, server, level: required ?? '' }];
  }
  if (required === null || !isTooLow(ceiling, required)) return [];
  const sentence = `An admin must raise ${name}'s maximum for ${server} from ${ceiling} to ${required}`;
  return [{ code: 'raise_ceiling', sentence, human, server, level: required }];
}

function consentRemedy(call: StoredCall, { consent, required }: WeighedLevels): Remedy[] {
  const { human_key: human, agent_key: agent, server, tool } = call;
  const name = call.human_name || human;
  if (consent === null) {
    const sentence = `${name} must finish the consent of ${agentText(call)} for ${server}, ${atLeast(tool, required ?? '')}: none is known`;
    return [{ code: 'give_consent', sentence, human, agent, server, level: required ?? '' }];
  }
  if (required === null || !isTooLow(consent, required)) return [];
  const sentence = `${name} must consent again for ${server}, at ${required} instead of ${consent}`;
  return [{ code: 'raise_consent', sentence, human, agent, server, level: required }];
}

/**
 * What is missing of min(consent, ceiling) for the one human who is named. The admin's part comes first: a consent
 * above the ceiling has no effect. Empty where both are known and neither is known to be too low.
 */
export function levelRemedies(call: StoredCall, levels: WeighedLevels): Remedy[] {
  return [...ceilingRemedy(call, levels), ...consentRemedy(call, levels)];
}

/** For calls whose human is not named: no consent was known at all, or several humans' were. */
export function unnamedRemedy(call: StoredCall, { required }: WeighedLevels): Remedy {
  const { agent_key: agent, server, tool, human_candidates } = call;
  const level = required ?? '';
  if (human_candidates.length > 0) {
    const humans = human_candidates.join(', ');
    const sentence = `For whom the agent called cannot be told among ${humans}: one of them needs consent and maximum for ${server} ${atLeast(tool, level)}`;
    return { code: 'tell_human', sentence, candidates: [...human_candidates], level };
  }
  if (agent === '') {
    const sentence = 'The entry names no caller, so it cannot be told who has to consent';
    return { code: 'tell_human', sentence, candidates: [], level };
  }
  const sentence = `The human who uses ${agentText(call)} must finish its consent for ${server}, ${atLeast(tool, level)}; who that is cannot be told, since no consent of the moment is known`;
  return { code: 'give_consent', sentence, human: '', agent, server, level };
}
