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
 * The least that can be configured. What expired must not come back: Permit may list a decision again for as long as it keeps
 * it, a fortnight or a month, and the log hands it on for a week after that. And every month is summed up before any hour
 * of it goes.
 */
const leastRetentionDays = 45;
const mostRetentionDays = 36_500;
/** As the topic of decisions keeps them, and a day. */
const logDays = 8;

/** Where Permit is said to keep decisions for longer, so much longer. */
function leastDays({ CUSTODY_SOURCE_RETENTION_DAYS: sourceDays = '' }: Variables): number {
  // What is no number there is a fault of whoever reads that variable.
  return Math.max(leastRetentionDays, (Number(sourceDays) || 0) + logDays);
}

/** What may be said of retention, where nothing may be kept for fewer days than `least`. */
export function schemasOf(least: number) {
  const rule =
    `must be never or a whole number of days from ${least} to ${mostRetentionDays}: ` +
    'what is younger may be read again out of Permit or the log, and would come back after it expired';
  const days = z.union([z.number(), z.string()], rule).transform((given, context): RetentionDays => {
    if (given === 'never') return null;
    const count = typeof given === 'string' && !/^\d+$/.test(given) ? Number.NaN : Number(given);
    if (Number.isInteger(count) && count >= least && count <= mostRetentionDays) return count;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
  const ofEnvironment = z.strictObject(
    { decisions_days: days.optional(), entries_days: days.optional() },
    'must be decisions_days, entries_days or both',
  );
  const named = z.record(z.string(), ofEnvironment, 'must name environments, each with what is kept of it');
  return {
    /** What holds for every environment that the file says nothing else of; unset: for ever. */
    variables: z.object({
      CUSTODY_RETENTION_DECISIONS_DAYS: days.optional(),
      CUSTODY_RETENTION_ENTRIES_DAYS: days.optional(),
    }),
    file: z.looseObject({ retention: named.optional() }),
  };
}

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

function readFile(
  path: string | null,
  schema: ReturnType<typeof schemasOf>['file'],
): { named: ReadonlyMap<string, Given>; faults: readonly string[] } {
  if (path === null) return { named: new Map(), faults: [] };
  const { value, faults } = readConfigDocument(path);
  if (faults.length > 0) return { named: new Map(), faults };
  const parsed = schema.safeParse(value);
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
  const schemas = schemasOf(leastDays(variables));
  const ofVariables = () => parseConfig(schemas.variables, variables);
  const path = findConfigFile(variables);
  const file = readFile(path, schemas.file);
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
