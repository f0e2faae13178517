import type { Agent } from './agents.ts';
import type { Call } from './call.ts';
import type { ConsentGrant } from './grants.ts';
import type { Human } from './humans.ts';
import { hyphened, idOf } from './ids.ts';
import { Rng } from './rng.ts';

/** What a watcher polls, and the one thing that it now and then tries although its human gave it the lowest level. */
interface Duty {
  readonly name: string;
  /** Hours before the anchor at which it was put to work. */
  readonly deployedHours: number;
  readonly polls: readonly (readonly [server: string, tool: string])[];
  readonly reach: readonly [server: string, tool: string];
}

const duties: readonly Duty[] = [
  {
    name: 'On-call watcher',
    deployedHours: 48,
    polls: [
      ['pagerduty', 'list_incidents'],
      ['datadog', 'list_monitors'],
      ['pagerduty', 'list_oncalls'],
    ],
    reach: ['pagerduty', 'acknowledge_incident'],
  },
  {
    name: 'SLO monitor',
    deployedHours: 32,
    polls: [
      ['datadog', 'query_metrics'],
      ['datadog', 'query_metrics'],
      ['datadog', 'search_logs'],
    ],
    reach: ['datadog', 'mute_monitor'],
  },
  {
    name: 'Deploy watcher',
    deployedHours: 18,
    polls: [
      ['github', 'list_commits'],
      ['github', 'get_pull_request'],
      ['datadog', 'query_metrics'],
    ],
    reach: ['github', 'add_issue_comment'],
  },
  {
    name: 'Incident scribe',
    deployedHours: 6,
    polls: [
      ['pagerduty', 'get_incident'],
      ['datadog', 'get_incident'],
      ['github', 'list_issues'],
    ],
    reach: ['pagerduty', 'add_note'],
  },
];

const hourMs = 3_600_000;
const everyMicros = 15_000_000;
/** Less than the distance between two watchers' turns, so that their calls never bunch up for long. */
const jitterMicros = 2_500_000;
const reachShare = 0.015;
/** From its registration to its first call: sign-in and consent. */
const settlingMicros = 60_000_000;

/**
 * Bots that poll round the clock, taking turns: together a call every four seconds, so that something happens also at
 * night. They were put to work one after the other over the last two days before the anchor. A call is a function of the
 * watcher and its turn, so any stretch is counted without making its calls.
 */
export class Watchers {
  readonly agents: readonly Agent[];
  readonly #seed: number;
  readonly #untilMicros: number;

  constructor(options: {
    readonly seed: number;
    readonly humans: readonly Human[];
    readonly historyFromMs: number;
    readonly anchorMs: number;
    /** Later calls are not made. */
    readonly untilMs: number;
  }) {
    const { seed, humans, historyFromMs, anchorMs, untilMs } = options;
    this.#seed = seed;
    this.#untilMicros = untilMs * 1000;
    const owners = Rng.of(seed, 'watchers').shuffled(humans.slice(4));
    this.agents = duties.map(({ name, deployedHours }, index) => ({
      key: `agent|${hyphened(idOf(seed, 'watcher', index))}`,
      name,
      clientUri: null,
      kind: 'watcher',
      humans: owners.slice(index, index + 1),
      registeredMs: Math.max(anchorMs - deployedHours * hourMs, historyFromMs + 1000),
      weight: 0,
    }));
  }

  /** What they need: the lowest level on what they poll. */
  consents(): ConsentGrant[] {
    return this.agents.flatMap((agent, index) => {
      const servers = new Set(duties[index]?.polls.map(([server]) => server));
      const fromMs = agent.registeredMs + 20_000;
      return agent.humans.flatMap(({ subject }) =>
        [...servers].map((server) => ({ agent, subject, server, rank: 1 as const, fromMs })),
      );
    });
  }

  countBetween(fromMicros: number, toMicros: number): number {
    const turns = (index: number) => this.#turnAt(index, toMicros) - this.#turnAt(index, fromMicros);
    return this.agents.reduce((sum, _, index) => sum + turns(index), 0);
  }

  /** Calls with `fromMicros <= t < toMicros`, a watcher after the other. */
  callsBetween(fromMicros: number, toMicros: number): Call[] {
    return this.agents.flatMap((agent, index) => {
      const first = this.#turnAt(index, fromMicros);
      const count = this.#turnAt(index, toMicros) - first;
      return Array.from({ length: Math.max(0, count) }, (_, offset) => this.#call(agent, index, first + offset));
    });
  }

  /** The first turn of a watcher at or after a moment. */
  #turnAt(index: number, micros: number): number {
    const moment = Math.min(micros, this.#untilMicros);
    const turn = Math.max(0, Math.floor((moment - this.#startOf(index)) / everyMicros));
    return this.#momentOf(index, turn) < moment ? turn + 1 : turn;
  }

  #startOf(index: number): number {
    const turnMicros = everyMicros / duties.length;
    const [first] = this.agents;
    const awakeMicros = (this.agents[index]?.registeredMs ?? 0) * 1000 + settlingMicros;
    // Turns are counted from one clock, so that watchers which began at different times stay apart.
    const phaseMicros = ((first?.registeredMs ?? 0) * 1000 + index * turnMicros) % everyMicros;
    return Math.ceil((awakeMicros - phaseMicros) / everyMicros) * everyMicros + phaseMicros;
  }

  #momentOf(index: number, turn: number): number {
    return this.#startOf(index) + turn * everyMicros + Rng.of(this.#seed, 'turn', index, turn).int(0, jitterMicros - 1);
  }

  #call({ key, humans }: Agent, index: number, turn: number): Call {
    const { polls = [], reach } = duties[index] ?? {};
    const rng = Rng.of(this.#seed, 'poll', index, turn);
    const [type, action] = rng.chance(reachShare) && reach ? reach : rng.pick(polls);
    return { micros: this.#momentOf(index, turn), userKey: key, subject: humans[0]?.subject ?? null, type, action };
  }
}
