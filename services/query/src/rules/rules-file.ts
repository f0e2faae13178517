import { existsSync, statSync } from 'node:fs';
import { parseRulesDocument, type Rule, type RuleDocument, type RuleFault } from '@custody/detect';
import { readConfigDocument } from '@custody/runtime';

export const usualRulesFile = 'custody.rules.yaml';

/** A fault of a document of rules, with its line where that is known. */
export interface PlacedFault extends RuleFault {
  readonly line: number | null;
}

/** A rule as the file has it. */
export interface FileRule {
  readonly rule: Rule;
  readonly document: RuleDocument;
  readonly line: number | null;
}

/** What the file of rules says, to be shown: of its channels no more than the names. */
export interface RulesFileView {
  readonly path: string;
  readonly isThere: boolean;
  readonly rules: readonly FileRule[];
  /** `null` where there is no file to tell. */
  readonly channels: readonly string[] | null;
  /** All of them, where the file is wrong: then its rules are those of before. */
  readonly faults: readonly PlacedFault[];
}

/** Reads the file; one that is not there says nothing. Never throws. */
function readRulesFile(path: string): RulesFileView {
  if (!existsSync(path)) return { path, isThere: false, rules: [], channels: null, faults: [] };
  const { value, faults: ofText, lineOf } = readConfigDocument(path);
  if (ofText.length > 0) {
    const faults = ofText.map((wrong) => ({ path: '', line: null, wrong, right: 'YAML with rules: and channels:' }));
    return { path, isThere: true, rules: [], channels: null, faults };
  }
  const read = parseRulesDocument(value, 'file');
  return {
    ...{ path, isThere: true, channels: read.channels ?? [] },
    rules: read.rules.map((rule, index) => ({
      rule,
      document: read.documents[index] as RuleDocument,
      line: lineOf(read.paths[index] ?? ''),
    })),
    faults: read.faults.map((fault) => ({ ...fault, line: lineOf(fault.path) })),
  };
}

/**
 * The file of rules as it is now: read anew once it has changed. Where it became wrong its rules stay those of before, as the
 * alerter has it; what is wrong is told with them.
 */
export class RulesFile {
  readonly #path: string;
  #stamp: string | null = null;
  #view: RulesFileView;

  constructor(path: string) {
    this.#path = path;
    this.#view = { path, isThere: false, rules: [], channels: null, faults: [] };
  }

  current(): RulesFileView {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    const stamp = found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`;
    if (stamp === this.#stamp) return this.#view;
    this.#stamp = stamp;
    const { rules, channels } = this.#view;
    const view = readRulesFile(this.#path);
    this.#view = view.faults.length > 0 ? { ...view, rules, channels } : view;
    return this.#view;
  }
}
