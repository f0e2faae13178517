import { parseRulesDocument, type RuleDocument } from '@custody/detect';
import { invalidConfig, readConfigDocument, type Variables } from '@custody/runtime';

/** Rules of a file, checked. */
export interface RulesSource {
  readonly path: string;
  readonly documents: readonly RuleDocument[];
}

/** The file that rules stand in where none is named. */
export function usualRulesFile({ CUSTODY_RULES_FILE: named }: Variables): string {
  return named?.trim() || 'custody.rules.yaml';
}

/** Reads and checks the rules of a file, and nothing else of it. Throws `CONFIG_INVALID` with every fault and its line. */
export function readRulesSource(path: string): RulesSource {
  const { value, faults: ofText, lineOf } = readConfigDocument(path);
  if (ofText.length > 0) throw invalidConfig(ofText.map((fault) => `${path}: ${fault}`));
  const { documents, faults } = parseRulesDocument(value, 'file');
  if (faults.length === 0) return { path, documents };
  throw invalidConfig(
    faults.map((fault) => {
      const line = lineOf(fault.path);
      const where = [line === null ? path : `${path}:${line}`, fault.path].filter((part) => part !== '').join(': ');
      return `${where}: ${fault.wrong}; right would be: ${fault.right}`;
    }),
  );
}
