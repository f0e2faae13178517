import { type OracleEntry, type Simulator, startSimulator } from '@custody/permit-simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustodyInstance } from '../kit/custody-instance.ts';
import type { CustodyProcess } from '../kit/custody-process.ts';
import { eventually } from '../kit/eventually.ts';
import { temporaryDirectory } from '../kit/temporary-directory.ts';
import { testVariables } from '../kit/test-variables.ts';

/** What is killed once this share of the decisions is stored, 0 to 1. */
export interface Accident {
  readonly atShare: number;
  readonly kill: () => Promise<void>;
}

export interface AccidentParts {
  /** SIGKILL; resolves when it runs again. */
  readonly killService: (label: string) => Promise<void>;
  /** SIGSTOP: it holds what it holds until it is killed. */
  readonly freezeService: (label: string) => void;
  /** What the processes have written so far. */
  readonly output: () => string;
}

/** One way to run the pipeline, and what happens to it meanwhile. */
export interface Way {
  readonly variables: () => Record<string, string>;
  readonly accidents: (parts: AccidentParts) => readonly Accident[];
}

/** Enough for every accident to meet work under way. */
const decisions = testVariables.isLong ? 50_000 : 10_000;

interface Row {
  readonly id: string;
  readonly at: string;
  readonly agent: string;
  readonly server: string;
  readonly tool: string;
  readonly tenant: string;
  readonly decision: string;
  readonly reason: string;
}

/** What a row must say, from the entry as it was served. */
function expectedRow({ json, timestampMs }: OracleEntry): Row {
  const entry = JSON.parse(json);
  const hex: string = entry.id.replaceAll('-', '').toLowerCase();
  const input = entry.raw_data?.input ?? entry.input;
  return {
    id: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    at: new Date(timestampMs).toISOString().replace('T', ' ').replace('Z', ''),
    agent: entry.user_key ?? input?.user?.key ?? '',
    server: entry.resource_type ?? input?.resource?.type ?? '',
    tool: entry.action ?? input?.action ?? '',
    tenant: entry.tenant ?? input?.resource?.tenant ?? '',
    decision: entry.decision === true ? 'allow' : entry.decision === false ? 'deny' : 'unknown',
    reason: entry.reason ?? '',
  };
}

/**
 * The real processes, started as a user starts them, against a Permit API that has served thousands of decisions,
 * with parts killed on the way. What is expected is read off the simulator's own answers; nothing of the pipeline is asked.
 */
export function describeWholeWay(name: string, way: Way): void {
  describe(name, () => {
    const directory = temporaryDirectory();
    let simulator: Simulator;
    let instance: CustodyInstance;
    let custody: CustodyProcess;

    beforeAll(async () => {
      simulator = await startSimulator({
        // Dense, as far as it goes: each hour has its windows and its seal, whatever is in it.
        historyDays: 3,
        historyDecisions: decisions,
        live: false,
        anchorMs: Date.now() - 3_600_000,
        requestsPerMinute: Number.POSITIVE_INFINITY,
      });
      instance = await CustodyInstance.prepare(directory.path, {
        PERMIT_API_URL: simulator.url,
        PERMIT_API_KEY: simulator.apiKey,
        CUSTODY_LOOKBACK_DAYS: '4',
        CUSTODY_POLL_SECONDS: '1',
        CUSTODY_REQUESTS_PER_MINUTE: '100000',
        ...way.variables(),
      });
      custody = instance.start();
      await custody.untilUp();
    }, 120_000);

    afterAll(async () => {
      custody?.signal('SIGKILL');
      await custody?.exit();
      await simulator?.stop();
      directory[Symbol.dispose]();
    });

    function served(): OracleEntry[] {
      return simulator.world.entriesBetween(0, Date.now(), Date.now());
    }

    async function killService(label: string): Promise<void> {
      const killed = custody.servicePid(label);
      process.kill(killed, 'SIGKILL');
      await eventually(
        () => custody.servicePid(label),
        (pid) => pid !== killed,
      );
    }

    async function storedRows(): Promise<Map<string, Row>> {
      const rows = await instance.rows<Row>(
        `SELECT toString(decision_id) AS id, toString(occurred_at) AS at, agent_key AS agent, server, tool, tenant,
                decision, reason FROM custody.decisions`,
      );
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      return new Map(rows.map((row) => [row.id, row]));
    }

    test('every decision that the source served is stored once and as it was, with parts killed on the way', async () => {
      const freezeService = (label: string) => process.kill(custody.servicePid(label), 'SIGSTOP');
      for (const { atShare, kill } of way.accidents({ killService, freezeService, output: () => custody.output() })) {
        await eventually(
          () => instance.storedDecisions(),
          (n) => n >= atShare * decisions,
          { timeoutMs: 120_000, everyMs: 250 },
        );
        await kill();
      }
      const expected = served().map(expectedRow);
      expect(expected.length).toBeGreaterThanOrEqual(decisions);
      await eventually(
        () => instance.storedDecisions(),
        (n) => n >= expected.length,
        { timeoutMs: 180_000, everyMs: 250 },
      );
      const stored = await storedRows();
      expect(stored.size).toBe(expected.length);
      const differing = expected.filter((row) => JSON.stringify(stored.get(row.id)) !== JSON.stringify(row));
      expect(differing.map((row) => ({ expected: row, stored: stored.get(row.id) })).slice(0, 3)).toEqual([]);
    }, 360_000);

    test('the entries are kept verbatim, byte for byte', async () => {
      const rows = await instance.rows<{ id: string; entry: string }>(
        `SELECT toString(decision_id) AS id, entry FROM custody_internal.entries FINAL`,
      );
      const kept = new Map(rows.map(({ id, entry }) => [id.replaceAll('-', ''), entry]));
      const differing = served().filter(({ id, json }) => kept.get(id) !== json);
      expect(differing.slice(0, 1)).toEqual([]);
    });

    test('who is named as exact had authorized the call, and who is inferred nearly always had', async () => {
      const rows = await instance.rows<{ id: string; attribution: string; human: string; candidates: string[] }>(
        `SELECT toString(decision_id) AS id, attribution, human_key AS human, human_candidates AS candidates
         FROM custody.decisions`,
      );
      const truths = new Map(served().map(({ id, truth }) => [id, truth]));
      // Where several humans share a client, a call of one may be allowed by what another consented to: that one authorized it.
      const isRight = (row: { id: string; human: string }) => {
        const truth = truths.get(row.id.replaceAll('-', ''));
        return truth?.human_key === row.human || truth?.candidates.includes(row.human) === true;
      };
      const exact = rows.filter((row) => row.attribution === 'exact');
      expect(exact.length).toBeGreaterThan(decisions / 2);
      expect(exact.filter((row) => !isRight(row)).slice(0, 3)).toEqual([]);
      const inferred = rows.filter((row) => row.attribution === 'inferred');
      expect(inferred.filter(isRight).length / Math.max(1, inferred.length)).toBeGreaterThan(0.95);
      const ambiguous = rows.filter((row) => row.attribution === 'ambiguous');
      expect(ambiguous.filter((row) => row.human !== '' || row.candidates.length < 2)).toEqual([]);
    });

    test('the API counts what the store holds, and says that it is not a demo', async () => {
      const { status, body } = await instance.ask('/v1/aggregate?from=-20d&measures=decisions,denials');
      expect(status).toBe(200);
      const [row] = (body as { data: { decisions: number; denials: number }[] }).data;
      const entries = served().map((entry) => JSON.parse(entry.json));
      expect(row?.decisions).toBe(entries.length);
      expect(row?.denials).toBe(entries.filter((entry) => entry.decision === false).length);
      expect(body).not.toHaveProperty('meta.demo');
    });

    test('once everything is read, nothing older than the lateness is blind', async () => {
      const coverage = () => instance.rows<{ blind_seconds: string }>('SELECT blind_seconds FROM custody.coverage');
      await eventually(coverage, (rows) => rows.length === 1 && Number(rows[0]?.blind_seconds) === 0, {
        timeoutMs: 120_000,
        everyMs: 1_000,
      });
    }, 130_000);

    // In the ordinary run, the demo is ended and started again.
    test.runIf(testVariables.isLong)(
      'what was read is not read again after a clean end',
      async () => {
        custody.signal('SIGINT');
        expect((await custody.exit()).code).toBe(0);
        custody = instance.start();
        await custody.untilUp();
        const expected = served().length;
        await eventually(
          () => instance.storedDecisions(),
          (n) => n === expected,
        );
      },
      90_000,
    );
  });
}
