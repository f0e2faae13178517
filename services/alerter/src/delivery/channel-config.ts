import { type AlertTransitionKind, alertTransitionKinds, severities, toldKinds } from '@custody/decision';
import { describeIssue, Secret, secretReference, type Variables } from '@custody/runtime';
import { z } from 'zod';
import { type Channel, channelKinds } from './channel.ts';
import { plainAddress, secretAddress } from './channel-address.ts';
import { signingSecret } from './signing-secret.ts';

const pagerduty = new Secret('https://events.pagerduty.com/v2/enqueue', 'https://events.pagerduty.com');
const maxChannels = 32;
const nameRule = 'must be a name of letters, digits, "-" and "_", no longer than 40';

function schemaOf(variables: Variables, directory: string) {
  const secret = secretReference(variables, directory);
  const signing = signingSecret(variables, directory);
  const address = plainAddress(variables, directory);
  const kind = z.enum(alertTransitionKinds, `must be one of ${toldKinds.join(', ')}`);
  return z.strictObject(
    {
      name: z.string(nameRule).regex(/^[A-Za-z0-9][\w-]{0,39}$/, nameRule),
      webhook: z
        .strictObject({ url: address, secret: signing, old_secrets: z.array(signing).max(4).default([]) })
        .optional(),
      slack: z.strictObject({ url: secretAddress(variables, directory) }).optional(),
      pagerduty: z.strictObject({ routing_key: secret, url: address.default(pagerduty) }).optional(),
      alertmanager: z
        .strictObject({
          url: address,
          username: z.string('must be a text').min(1, 'must not be empty').optional(),
          password: secret.optional(),
          bearer_token: secret.optional(),
        })
        .optional(),
      min_severity: z.enum(severities, `must be one of ${severities.join(', ')}`).default('info'),
      kinds: z
        .array(kind, 'must be a list of transitions')
        .min(1, 'must name one at least')
        .default([...toldKinds]),
      allow_private: z.boolean('must be true or false').default(false),
    },
    'must be a channel: name, and one of webhook, slack, pagerduty and alertmanager',
  );
}

type Schema = ReturnType<typeof schemaOf>;
type Entry = z.output<Schema>;

function keysOf(shape: object): string[] {
  return Object.keys(shape);
}

/** The keys that may stand at a place of a channel. */
function knownKeys({ shape }: Schema): (path: readonly PropertyKey[]) => readonly string[] {
  const inner: Record<string, string[]> = Object.fromEntries(
    channelKinds.map((kind) => [kind, keysOf(shape[kind].unwrap().shape)]),
  );
  return (path) => inner[String(path.at(-1))] ?? keysOf(shape);
}

/** What no single field can tell. Looked at whatever else is wrong, so that all faults come together. */
function faultsAcross(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const entry: Record<string, unknown> = { ...value };
  const given = channelKinds.filter((kind) => entry[kind] !== undefined);
  const kinds = `must have exactly one of ${channelKinds.join(', ')}; it has ${given.length}`;
  const faults = given.length === 1 ? [] : [`: ${kinds}`];
  const { alertmanager } = entry;
  if (typeof alertmanager !== 'object' || alertmanager === null) return faults;
  const has = (name: string) => name in alertmanager;
  if (has('username') !== has('password')) faults.push('.alertmanager: needs username and password, or neither');
  if (has('bearer_token') && has('password')) faults.push('.alertmanager: has bearer_token and password: keep one');
  return faults;
}

/** Where plain http is no mistake. */
function protocolFaults({ url, allowPrivate }: Channel): string[] {
  if (allowPrivate || !url.value.startsWith('http:')) return [];
  return [': its address must be https://; http:// is for private networks, with allow_private: true'];
}

function channelOf(entry: Entry): Channel {
  const common = {
    name: entry.name,
    minSeverity: entry.min_severity,
    kinds: entry.kinds as readonly AlertTransitionKind[],
    allowPrivate: entry.allow_private,
  };
  const { webhook, slack, pagerduty, alertmanager } = entry;
  if (webhook !== undefined) {
    return { ...common, kind: 'webhook', url: webhook.url, secrets: [webhook.secret, ...webhook.old_secrets] };
  }
  if (slack !== undefined) return { ...common, kind: 'slack', url: slack.url };
  if (pagerduty !== undefined) {
    return { ...common, kind: 'pagerduty', url: pagerduty.url, routingKey: pagerduty.routing_key };
  }
  const {
    url,
    username = null,
    password = null,
    bearer_token: bearerToken = null,
  } = alertmanager as NonNullable<typeof alertmanager>;
  return { ...common, kind: 'alertmanager', url, username, password, bearerToken };
}

export interface ChannelConfig {
  /** Empty where there are faults. */
  readonly channels: readonly Channel[];
  /** Each with its path, `channels[1].slack.url: …`; none repeats a value. */
  readonly faults: readonly string[];
}

function repeatedNames(value: readonly unknown[]): string[] {
  const names = value.map((entry) => (entry as { name?: unknown } | null)?.name);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return typeof name !== 'string' || first === index
      ? []
      : [`channels[${index}].name: is that of channels[${first}]`];
  });
}

/**
 * Reads the `channels:` of a rules file, and the secrets that it names; paths are relative to the directory. Absent means
 * none. Every fault is in the result, and nothing is thrown.
 */
export function readChannels(value: unknown, variables: Variables, directory: string): ChannelConfig {
  if (value === undefined || value === null) return { channels: [], faults: [] };
  if (!Array.isArray(value)) return { channels: [], faults: ['channels: must be a list of channels'] };
  const schema = schemaOf(variables, directory);
  const known = knownKeys(schema);
  const channels: Channel[] = [];
  const faults = value.length > maxChannels ? [`channels: must not be more than ${maxChannels}`] : [];
  for (const [index, entry] of value.entries()) {
    const parsed = schema.safeParse(entry);
    const across = faultsAcross(entry);
    const channel = parsed.success && across.length === 0 ? channelOf(parsed.data) : null;
    if (channel !== null) channels.push(channel);
    const issues = (parsed.error?.issues ?? []).map((issue) => ({
      ...issue,
      path: ['channels', index, ...issue.path],
    }));
    faults.push(...issues.flatMap((issue) => describeIssue(issue, known)));
    const others = [...across, ...(channel === null ? [] : protocolFaults(channel))];
    faults.push(...others.map((fault) => `channels[${index}]${fault}`));
  }
  faults.push(...repeatedNames(value));
  return { channels: faults.length > 0 ? [] : channels, faults };
}
