import { z } from 'zod';
import { endpoints } from '../api/route.ts';
import { SimulatorError } from '../errors.ts';

const share = z.number().min(0).max(1);
const seconds = z.number().positive().max(31_536_000);

const strike = {
  share: share.default(1),
  every: z.number().int().min(1).optional(),
  endpoints: z.array(z.enum(endpoints)).min(1).optional(),
  fromPage: z.number().int().min(1).default(1),
  forSeconds: seconds.optional(),
};

const plainRule = z.strictObject(strike);
const throttleRule = z.strictObject({
  ...strike,
  retryAfter: z.enum(['seconds', 'date', 'absent']).default('absent'),
  waitSeconds: z.number().int().min(0).max(3600).default(5),
});
const waitingRule = z.strictObject({ ...strike, seconds: seconds.default(5) });

/** One rule or several, each with endpoints of its own. */
const rules = <Rule extends z.ZodType>(rule: Rule) =>
  z
    .union([rule, z.array(rule)])
    .transform((given) => (Array.isArray(given) ? given : [given]) as z.output<Rule>[])
    .optional();

const statuses = {
  '403': rules(plainRule),
  '404': rules(plainRule),
  '500': rules(plainRule),
  '502': rules(plainRule),
  '503': rules(plainRule),
  '504': rules(plainRule),
};

const bodies = {
  empty: rules(plainRule),
  garbage: rules(plainRule),
  html: rules(plainRule),
  'truncated-json': rules(plainRule),
};

const connections = {
  'truncated-length': rules(plainRule),
  'truncated-chunk': rules(plainRule),
  'reset-midway': rules(plainRule),
};

const requestFaults = {
  reset: rules(plainRule),
  '429': rules(throttleRule),
  ...statuses,
  ...bodies,
  ...connections,
  slow: rules(waitingRule),
  trickle: rules(waitingRule),
};

const faultsSchema = z.strictObject({
  ...requestFaults,
  date: z
    .strictObject({
      offSeconds: z.number().default(0),
      jumpSeconds: z.number().min(0).default(0),
      absent: z.boolean().default(false),
    })
    .optional(),
  late: z.strictObject({ share: share.default(0.2), upToSeconds: seconds.default(900) }).optional(),
  'between-pages': z.strictObject({ share: share.default(0.2), upToSeconds: seconds.default(900) }).optional(),
  retention: z.strictObject({ seconds }).optional(),
  burst: z
    .strictObject({
      count: z.number().int().min(1).max(200_000).default(12_000),
      spread: z.enum(['wide', 'one']).default('wide'),
      atMs: z.number().int().optional(),
    })
    .optional(),
});

/** Faults as they are switched on, by name; what is left out has a default. */
export type FaultSettings = z.input<typeof faultsSchema>;
/** Faults with every default filled in. */
export type FaultPlan = z.output<typeof faultsSchema>;
export type FaultName = keyof FaultPlan;
export type RequestFaultName = keyof typeof requestFaults;
export type RuleSettings = z.output<typeof plainRule>;
export type ThrottleSettings = z.output<typeof throttleRule>;
export type WaitSettings = z.output<typeof waitingRule>;
export type BurstSettings = NonNullable<FaultPlan['burst']>;
export type DateSettings = NonNullable<FaultPlan['date']>;

export const requestFaultNames = Object.keys(requestFaults) as RequestFaultName[];

/** Fills defaults in. Throws SIMULATOR_FAULTS_INVALID that lists every fault of the settings. */
export function parseFaults(settings: unknown): FaultPlan {
  const parsed = faultsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.flatMap((issue) => describe(issue, []));
  throw new SimulatorError('SIMULATOR_FAULTS_INVALID', details.join('\n'), { details });
}

/** An issue of a rule hides behind "one rule or several": what matters is what the one rule lacks. */
function describe(issue: z.core.$ZodIssue, within: readonly PropertyKey[]): string[] {
  const path = [...within, ...issue.path];
  if (issue.code !== 'invalid_union') return [`${path.map(String).join('.')}: ${issue.message}`.replace(/^: /, '')];
  const [one = [], several = []] = issue.errors;
  const isList = one.some(({ code, path: at }) => code === 'invalid_type' && at.length === 0);
  return (isList ? several : one).flatMap((inner) => describe(inner, path));
}
