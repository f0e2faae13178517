import { SimulatorError } from '../errors.ts';
import { type FaultName, type FaultSettings, parseFaults } from '../faults/settings.ts';
import type { Variants } from '../variants.ts';
import { faultSyntax } from './fault-syntax.ts';
import { parseFault } from './parse-fault.ts';
import { variantMeanings } from './variant-meanings.ts';

export interface SwitchTexts {
  /** Each `NAME=VALUE`. */
  readonly variants?: readonly string[];
  /** Each as `parseFault` reads it. */
  readonly faults?: readonly string[];
}

export interface Switches {
  readonly variants: Partial<Variants>;
  readonly faults: FaultSettings;
}

/** Reads switches from text. Throws one SIMULATOR_SWITCH_INVALID whose `details` name everything that is wrong. */
export function parseSwitches({ faults = [], variants = [] }: SwitchTexts): Switches {
  const wrong: string[] = [];
  const switches = { variants: variantsOf(variants, wrong), faults: faultsOf(faults, wrong) };
  if (wrong.length === 0) return switches;
  throw new SimulatorError('SIMULATOR_SWITCH_INVALID', wrong.join('\n'), { details: wrong });
}

function variantsOf(texts: readonly string[], wrong: string[]): Partial<Variants> {
  const chosen: Record<string, unknown> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const [name, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    const meanings = (variantMeanings as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>)[name];
    if (!meanings) {
      const names = Object.keys(variantMeanings).join(', ');
      wrong.push(`variant "${text}": there is no variant "${name}"; there are ${names}`);
    } else if (!Object.hasOwn(meanings, value)) {
      wrong.push(`variant "${text}": ${name} is one of ${Object.keys(meanings).join(', ')}`);
    } else chosen[name] = typedValue(value);
  }
  return chosen;
}

function typedValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}

function faultsOf(texts: readonly string[], wrong: string[]): FaultSettings {
  const chosen = new Map<FaultName, unknown[]>();
  for (const text of texts) {
    const found: string[] = [];
    const parsed = parseFault(text, found);
    if (parsed && found.length === 0) found.push(...rangeFaults(parsed.name, parsed.settings));
    wrong.push(...found.map((one) => `fault "${text}": ${one}`));
    if (!parsed) continue;
    const known = chosen.get(parsed.name) ?? [];
    if (known.length > 0 && !faultSyntax[parsed.name].isOfRequests) {
      wrong.push(`fault "${text}": ${parsed.name} is given twice`);
    }
    chosen.set(parsed.name, [...known, parsed.settings]);
  }
  const settings = [...chosen].map(([name, given]) => [name, faultSyntax[name].isOfRequests ? given : given[0]]);
  return Object.fromEntries(settings) as FaultSettings;
}

/** What the settings themselves say against the values. */
function rangeFaults(name: FaultName, settings: unknown): readonly string[] {
  try {
    parseFaults({ [name]: settings });
    return [];
  } catch (error) {
    if (error instanceof SimulatorError) return error.details;
    throw error;
  }
}
