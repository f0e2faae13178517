import {
  describeIssue,
  faultsOf,
  findConfigFile,
  invalidConfig,
  parseConfig,
  readConfigDocument,
  type Variables,
} from '@custody/runtime';
import { z } from 'zod';
import { type Retention, type RetentionDays, type RetentionPolicies, retentionKinds } from './policy.ts';

/**
 * The least that can be configured. What expired must not come back: the log hands decisions on again for a week, and
 * Permit, which keeps a fortnight or a month of them, may list them again for as long. And every month is summed up before
 * any hour of it goes.
 */
export const leastRetentionDays = 45;
const mostRetentionDays = 36_500;

const rule =
  `must be never or a whole number of days from ${leastRetentionDays} to ${mostRetentionDays}: ` +
  'what is younger may be read again out of Permit or the log, and would come back after it expired';

const days = z.union([z.number(), z.string()], rule).transform((given, context): RetentionDays => {
  if (given === 'never') return null;
  const count = typeof given === 'string' && !/^\d+$/.test(given) ? Number.NaN : Number(given);
  if (Number.isInteger(count) && count >= leastRetentionDays && count <= mostRetentionDays) return count;
  context.addIssue({ code: 'custom', message: rule });
  return z.NEVER;
});

/** How long rows of every environment are kept that the file says nothing else of; unset: for ever. */
export const retentionVariables = z.object({
  CUSTODY_RETENTION_DECISIONS_DAYS: days.optional(),
  CUSTODY_RETENTION_ENTRIES_DAYS: days.optional(),
});

const ofEnvironment = z.strictObject(
  { decisions_days: days.optional(), entries_days: days.optional() },
  'must be decisions_days, entries_days or both',
);
const ofFile = z.looseObject({
  retention: z.record(z.string(), ofEnvironment, 'must name environments, each with what is kept of it').optional(),
});
const keys = retentionKinds.map((kind) => `${kind}_days`);

interface Given {
  readonly decisions: RetentionDays | undefined;
  readonly entries: RetentionDays | undefined;
}

/** What a place says, and of what it does not say what holds in general; entries then go with their decisions. */
function complete(own: Given, general: Given = own): Retention {
  const decisions = own.decisions === undefined ? (general.decisions ?? null) : own.decisions;
  if (own.entries !== undefined) return { decisions, entries: own.entries };
  const { entries = null } = general;
  return { decisions, entries: isOutlived({ decisions, entries }) ? decisions : entries };
}

function isOutlived({ decisions, entries }: Retention): boolean {
  return decisions !== null && (entries === null || entries > decisions);
}

function outlives(place: string, { decisions, entries }: Retention): string {
  return (
    `${place}: entries would be kept ${entries === null ? 'for ever' : `for ${entries} days`} and their decisions for ${decisions}: ` +
    'an entry is found by its decision; keep entries as long as decisions, or shorter'
  );
}

function readFile(path: string | null): { named: ReadonlyMap<string, Given>; faults: readonly string[] } {
  if (path === null) return { named: new Map(), faults: [] };
  const { value, faults } = readConfigDocument(path);
  if (faults.length > 0) return { named: new Map(), faults };
  const parsed = ofFile.safeParse(value);
  if (!parsed.success) {
    return { named: new Map(), faults: parsed.error.issues.flatMap((issue) => describeIssue(issue, () => keys)) };
  }
  const entries = Object.entries(parsed.data.retention ?? {});
  return {
    named: new Map(entries.map(([name, one]) => [name, { decisions: one.decisions_days, entries: one.entries_days }])),
    faults: [],
  };
}

/**
 * What is kept and how long, from the variables and the file of environments, where there is one. Throws one
 * `CONFIG_INVALID` with every fault.
 */
export function readRetention(variables: Variables): RetentionPolicies {
  const ofVariables = () => parseConfig(retentionVariables, variables);
  const path = findConfigFile(variables);
  const file = readFile(path);
  const faults = [...faultsOf(ofVariables), ...file.faults.map((fault) => `${path}: ${fault}`)];
  if (faults.length > 0) throw invalidConfig(faults);
  const { CUSTODY_RETENTION_DECISIONS_DAYS: decisions, CUSTODY_RETENTION_ENTRIES_DAYS: entries } = ofVariables();
  const general = complete({ decisions, entries });
  const named = new Map(
    [...file.named].map(([name, own]): [string, Retention] => [name, complete(own, { decisions, entries })]),
  );
  const outlived = [
    ...(isOutlived(general) ? [outlives('CUSTODY_RETENTION_ENTRIES_DAYS', general)] : []),
    ...[...named]
      .filter(([, one]) => isOutlived(one))
      .map(([name, one]) => outlives(`${path}: retention.${name}`, one)),
  ];
  if (outlived.length > 0) throw invalidConfig(outlived);
  return { general, named };
}
