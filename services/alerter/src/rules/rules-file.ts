import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseRules, type Rule } from '@custody/detect';
import type { Logger, Variables } from '@custody/runtime';
import { parse } from 'yaml';
import type { Channel } from '../delivery/channel.ts';
import { readChannels } from '../delivery/channel-config.ts';

/** What the file of rules says. */
export interface RulesFile {
  readonly rules: readonly Rule[];
  readonly channels: readonly Channel[];
}

export interface ReadRulesFile extends RulesFile {
  /** Everything that is wrong with it; then there are neither rules nor channels. */
  readonly faults: readonly string[];
}

const empty: RulesFile = { rules: [], channels: [] };

/** Reads the file; one that is not there says nothing. Never throws. */
export function readRulesFile(path: string, variables: Variables): ReadRulesFile {
  if (!existsSync(path)) return { ...empty, faults: [] };
  let document: unknown;
  try {
    document = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { ...empty, faults: [`${path}: ${error instanceof Error ? error.message : String(error)}`] };
  }
  if (document === null || document === undefined) return { ...empty, faults: [] };
  if (typeof document !== 'object' || Array.isArray(document)) {
    return { ...empty, faults: [`${path}: must be a map with rules: and channels:`] };
  }
  const { rules: givenRules, channels: givenChannels, ...others } = document as Record<string, unknown>;
  const { channels, faults: ofChannels } = readChannels(givenChannels, variables, dirname(resolve(path)));
  const known = ofChannels.length > 0 ? null : channels.map(({ name }) => name);
  const { rules, faults: ofRules } = parseRules(givenRules, 'file', known);
  const faults = [
    ...Object.keys(others).map((key) => `${key}: is not known here; rules and channels are`),
    ...ofChannels,
    ...ofRules.map(({ path: at, wrong, right }) => `${at}: ${wrong}; ${right}`),
  ].map((fault) => `${path}: ${fault}`);
  return faults.length > 0 ? { ...empty, faults } : { rules, channels, faults };
}

/** The file as it is now: read anew once it has changed. One that became wrong is told, and the last good one stays. */
export class WatchedRulesFile {
  readonly #path: string;
  readonly #variables: Variables;
  readonly #logger: Logger;
  #current: RulesFile;
  #stamp: string;

  constructor(path: string, variables: Variables, logger: Logger, first: RulesFile) {
    this.#path = path;
    this.#variables = variables;
    this.#logger = logger;
    this.#current = first;
    this.#stamp = this.#stampNow();
  }

  current(): RulesFile {
    const stamp = this.#stampNow();
    if (stamp === this.#stamp) return this.#current;
    this.#stamp = stamp;
    const { rules, channels, faults } = readRulesFile(this.#path, this.#variables);
    if (faults.length > 0)
      this.#logger.error({ faults }, 'the file of rules is wrong: what it said before stays in force');
    else {
      this.#current = { rules, channels };
      this.#logger.info({ rules: rules.length, channels: channels.length }, 'the file of rules was read anew');
    }
    return this.#current;
  }

  #stampNow(): string {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    return found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`;
  }
}
