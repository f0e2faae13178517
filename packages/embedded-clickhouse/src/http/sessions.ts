import type { Engine } from '../engine/engine.ts';
import { EngineException } from '../engine/exception.ts';
import type { NativeConnection } from '../engine/native.ts';

interface Session {
  readonly connection: NativeConnection;
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

const idleMs = 60_000;
const maxSessions = 64;

/**
 * Named sessions: a connection that stays, so that temporary tables and `SET` last from one request to the next.
 * Settings of a request's URL are set back to their defaults after it. One request at a time, as on the server.
 */
export class Sessions {
  readonly #engine: Engine;
  readonly #sessions = new Map<string, Session>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Throws code 373 when another request of the session is running. */
  async take(key: string): Promise<NativeConnection> {
    const known = this.#sessions.get(key);
    if (known?.busy) throw new EngineException(373, 'SESSION_IS_LOCKED', 'Session is locked by a concurrent client');
    if (known) {
      known.busy = true;
      clearTimeout(known.timer);
      return known.connection;
    }
    if (this.#sessions.size >= maxSessions) {
      throw new EngineException(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `Too many sessions. Maximum: ${maxSessions}`);
    }
    const connection = await this.#engine.connect({ settings: {} });
    this.#sessions.set(key, { connection, busy: true, timer: undefined });
    return connection;
  }

  /** Sets back what the request had set and lets the next one in. */
  async giveBack(key: string, settings: readonly string[]): Promise<void> {
    const session = this.#sessions.get(key);
    if (!session) return;
    const resets = settings.map((name) => `\`${name}\` = DEFAULT`);
    if (resets.length > 0)
      await this.#engine.run(session.connection, `SET ${resets.join(', ')}`).catch(() => undefined);
    session.busy = false;
    session.timer = setTimeout(() => this.#drop(key), idleMs).unref();
  }

  #drop(key: string): void {
    const session = this.#sessions.get(key);
    if (!session || session.busy) return;
    clearTimeout(session.timer);
    this.#sessions.delete(key);
    this.#engine.close(session.connection);
  }

  /** Closes every idle session. */
  close(): void {
    for (const key of [...this.#sessions.keys()]) this.#drop(key);
  }
}
