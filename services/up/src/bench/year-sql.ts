import { chooseAgent, denialReason, denialShare, purposes } from './data.ts';
import { bitsSql, drawSql, itemSql, textSql, uuidSql } from './random-sql.ts';
import {
  agentCount,
  agentKey,
  agentName,
  ceilingLevel,
  consentLevel,
  envName,
  humanCount,
  humanEmail,
  humanKey,
  humanName,
  humansOf,
  permittedTools,
  serverCount,
  servers,
  serversOf,
  serversPerConsenter,
  tools,
  yearEndMs,
  yearStartMs,
} from './world.ts';

/** A part of the draws that choose an agent: so small that no two agents' bounds fall into the same. */
const partBits = 19;
const partCount = 2 ** (32 - partBits);

/** A decision is listed up to so long after it was made, by a poll of every five seconds, and attributed a moment later. */
const mostDelayMs = 3_000;
const pollMs = 5_000;
const [leastAnswerMs, mostAnswerMs] = [200, 600];
/** Of each minute's listing of consents, ceilings, tool levels and identities a record in the grants topic. */
const listingMs = 60_000;
const recordsPerListing = 4;
/** See the migration `entry_details`: denials and calls that several humans may be behind have their detail read. */
const detailVersion = 2 ** 48;

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

/** A number by the number `index`, both expressions of small types. */
function numberSql(index: string, values: readonly number[], type: string): string {
  return `transform(${index}, range(${values.length}), [${values}], to${type}(0))`;
}

/** The first 32 random bits that do not choose this agent or one before it; 2^32 for the last one. */
function endOf(agent: number): number {
  let [low, high] = [0, 2 ** 32];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (chooseAgent(middle / 2 ** 32) > agent) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What `chooseAgent` makes of 32 random bits: the agent at the start of their part, or the next one. */
function agentSql(bits: string): string {
  const firsts = range(partCount).map((part) => chooseAgent((part * 2 ** partBits) / 2 ** 32));
  const first = numberSql(`toUInt16(bitShiftRight(${bits}, ${partBits}))`, firsts, 'UInt16');
  return `toUInt16(${first} + (${bits} >= ${numberSql(first, range(agentCount).map(endOf), 'UInt64')}))`;
}

const rowsAsked = 'numbers_mt({from:UInt64}, {count:UInt64})';

/** When a row was decided, milliseconds. */
function occurredSql(seed: number): string {
  const share = `(row + ${drawSql(seed, 'row', purposes.time)}) / {rows:UInt64}`;
  return `toInt64(floor(${yearStartMs} + ${share} * ${yearEndMs - yearStartMs}))`;
}

/** What is random about a row: numbers, from which its texts follow. */
function drawnSql(seed: number): string {
  const draw = (purpose: number) => drawSql(seed, 'row', purpose);
  const below = (purpose: number, count: string) => `toUInt8(floor(${draw(purpose)} * ${count}))`;
  const firstServers = range(agentCount).map((agent) => serversOf(agent, seed)[0] ?? 0);
  return `SELECT
    toUInt32(number) AS row,
    ${uuidSql(seed, 'row', purposes.id)} AS decision_id,
    ${occurredSql(seed)} AS occurred_ms,
    intDiv(occurred_ms + toUInt16(${draw(purposes.delay)} * ${mostDelayMs}), ${pollMs}) + 1 AS poll,
    ${agentSql(bitsSql(seed, 'row', purposes.agent))} AS agent,
    ${draw(purposes.denial)} < ${denialShare} AS is_denied,
    (${numberSql('agent', firstServers, 'UInt8')} + ${below(purposes.server, `${serversPerConsenter}`)}) % ${serverCount} AS server_number,
    if(is_denied, ${permittedTools} + ${below(purposes.tool, `${tools.length - permittedTools}`)},
        ${below(purposes.tool, `${permittedTools}`)}) AS tool_number
FROM ${rowsAsked}`;
}

/**
 * The columns of a row, by name, each an expression. `few_agent` is the agent's number with a dictionary of its own: a
 * text that follows from it is made once an agent, and not once a row.
 */
function columnsSql(seed: number): Readonly<Record<string, string>> {
  const soleHuman = (agent: number) => (humansOf(agent).length === 1 ? humansOf(agent)[0] : undefined);
  const ofAgent = (text: (agent: number) => string) => itemSql('few_agent', range(agentCount).map(text));
  /** Of the one human behind an agent; empty where there are several. */
  const ofHuman = (text: (human: number) => string) =>
    ofAgent((agent) => {
      const human = soleHuman(agent);
      return human === undefined ? '' : text(human);
    });
  /** Candidates are stored in the order of their keys. */
  const candidate = (n: number) => ofAgent((agent) => humansOf(agent).map(humanKey).sort()[n] ?? '');
  const reason = textSql(denialReason('{0}', '{1}', '{2}'));
  return {
    env_id: '{env:String}',
    env_name: `'${envName}'`,
    occurred_at: `fromUnixTimestamp64Milli(occurred_ms, 'UTC')`,
    decision_id: 'decision_id',
    tenant: `'default'`,
    agent_key: ofAgent(agentKey),
    agent_name: ofAgent(agentName),
    human_key: ofHuman(humanKey),
    human_name: ofHuman(humanName),
    human_email: ofHuman(humanEmail),
    human_candidates: `if(is_shared, [${candidate(0)}, ${candidate(1)}], [])`,
    attribution: ofAgent((agent) => (soleHuman(agent) === undefined ? 'ambiguous' : 'exact')),
    evidence: ofHuman(() => 'consent'),
    server: itemSql('few_server', servers),
    resource: itemSql(
      'few_server',
      servers.map((server) => `${server}:${server}`),
    ),
    tool: itemSql(
      'few_tool',
      tools.map(({ name }) => name),
    ),
    decision: `if(is_denied, 'deny', 'allow')`,
    reason: `if(is_denied, format(${reason}, agent_key, server, tool), '')`,
    reason_code: `if(is_denied, 'no_permission', '')`,
    trust_level: ofHuman(() => consentLevel),
    ceiling_level: ofHuman(() => ceilingLevel),
    required_level: itemSql(
      'few_tool',
      tools.map(({ level }) => level),
    ),
    consent_id: `if(is_shared, '', concat('consent-', toString(agent), '-', toString(agent % ${humanCount}), '-', toString(server_number)))`,
    consented_at: `toDateTime64(if(is_shared, 0, ${yearStartMs / 1_000}), 3, 'UTC')`,
    grants_position: `toUInt64(intDiv(occurred_ms - ${yearStartMs}, ${listingMs}) + 1) * ${recordsPerListing}
        + if(is_denied OR is_shared, ${detailVersion}, 0)`,
    ingested_at: `fromUnixTimestamp64Milli(poll * ${pollMs} + ${leastAnswerMs}
        + ${bitsSql(seed, 'toUInt32(poll)', purposes.poll)} % ${mostAnswerMs - leastAnswerMs}, 'UTC')`,
  };
}

/** The statements that store some rows of the year, in this order: the hours that they lie in, and the rows. */
export interface YearStatements {
  readonly hours: string;
  readonly decisions: string;
}

/**
 * Statements for the rows `{from:UInt64}` to `{from} + {count:UInt64}` of a year of `{rows:UInt64}` decisions in the
 * environment `{env:String}`: those of `benchDecision`, as the consumer stores them.
 */
export function yearStatements(seed: number): YearStatements {
  const columns = Object.entries(columnsSql(seed));
  const few = (number: string) => `CAST(toUInt16(${number}), 'LowCardinality(UInt16)')`;
  const isShared = range(agentCount).map((agent) => (humansOf(agent).length > 1 ? 1 : 0));
  return {
    hours: `INSERT INTO custody_internal.stored_hours (env_id, hour)
SELECT DISTINCT {env:String}, toStartOfHour(fromUnixTimestamp64Milli(${occurredSql(seed)}, 'UTC'))
FROM (SELECT toUInt32(number) AS row FROM ${rowsAsked})`,
    decisions: `INSERT INTO custody_internal.decisions (${columns.map(([name]) => name).join(', ')})
WITH
    ${few('agent')} AS few_agent, ${few('server_number')} AS few_server, ${few('tool_number')} AS few_tool,
    ${numberSql('agent', isShared, 'UInt8')} AS is_shared
SELECT
    ${columns.map(([name, sql]) => `${sql} AS ${name}`).join(',\n    ')}
FROM
(
${drawnSql(seed)}
)`,
  };
}
