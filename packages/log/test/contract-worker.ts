import type { Log } from '../src/index.ts';

/** What a process of the contract test does until it is killed. It says so on its channel. */
export type WorkerRole =
  | {
      readonly role: 'stall';
      readonly group: string;
      readonly topic: string;
      readonly sessionTimeoutMs: number;
    }
  | { readonly role: 'lead'; readonly name: string };

/** Runs a role on the engine's log; `say` reports to the test. */
export async function work(log: Log, role: WorkerRole, say: (text: string) => void): Promise<void> {
  if (role.role === 'lead') {
    await log.lead(
      role.name,
      async () => {
        say('leading');
        await new Promise(() => undefined);
      },
      new AbortController().signal,
    );
    return;
  }
  const handler = async () => {
    say('handling');
    await new Promise(() => undefined);
  };
  const { group, topic, sessionTimeoutMs } = role;
  await log.consume({ group, topics: [topic], sessionTimeoutMs, handler }).done;
}
