import { parseRule, parseRules } from './parse-rules.ts';
import type { Rule, RuleOrigin } from './rule.ts';
import type { RuleDocument } from './rule-document.ts';
import { nearest, type RuleFault } from './rule-faults.ts';

/** What a document of rules says: that of a file, a list, or a single rule. */
export interface RulesDocument {
  readonly rules: readonly Rule[];
  /** As they were written, in the same order. */
  readonly documents: readonly RuleDocument[];
  /** Where each stands, such as `rules[2]`; `''` of a rule that is the whole document. */
  readonly paths: readonly string[];
  /** Names of the channels beside them; `null` where the document has no place for channels. */
  readonly channels: readonly string[] | null;
  /** All of them; then there are no rules. */
  readonly faults: readonly RuleFault[];
}

const keys = ['rules', 'channels'];

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesIn(channels: unknown): string[] {
  return Array.isArray(channels)
    ? channels.flatMap((channel) => (isMap(channel) && typeof channel.name === 'string' ? [channel.name] : []))
    : [];
}

/** The list of rules in a document, with its place. */
function listIn(given: unknown): { readonly list: unknown; readonly at: string } {
  if (isMap(given)) return { list: given.rules, at: 'rules' };
  return { list: given, at: '' };
}

/**
 * Reads a whole document of rules and checks only those: what channels say is for whoever sends. `knownChannels` are those
 * that rules may name where the document has none; `null` for any.
 */
export function parseRulesDocument(
  given: unknown,
  origin: RuleOrigin,
  knownChannels: readonly string[] | null = null,
): RulesDocument {
  const nothing = { rules: [], documents: [], paths: [], channels: null };
  if (isMap(given) && 'name' in given) {
    const { rule, faults } = parseRule(given, origin, knownChannels);
    if (rule === null) return { ...nothing, faults };
    return { ...nothing, rules: [rule], documents: [given as RuleDocument], paths: [''], faults };
  }
  const { list, at } = listIn(given);
  const hasChannels = isMap(given) && given.channels !== undefined;
  const channels = hasChannels ? namesIn(given.channels) : null;
  const others = isMap(given) ? Object.keys(given).filter((key) => !keys.includes(key)) : [];
  const unknown = others.map((path) => ({
    ...{ path, wrong: `there is no key ${JSON.stringify(path)} here` },
    right: nearest(path, keys) ?? keys.join(' and '),
  }));
  const { rules, faults: ofRules } = parseRules(list, origin, channels ?? knownChannels, at);
  const faults = [...unknown, ...ofRules];
  if (faults.length > 0) return { ...nothing, channels, faults };
  const documents = (Array.isArray(list) ? list : []) as RuleDocument[];
  return { rules, documents, paths: documents.map((_, index) => `${at}[${index}]`), channels, faults };
}
