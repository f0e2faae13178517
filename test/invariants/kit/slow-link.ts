import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../../kit/seeded-random.ts';

/** A way to the store on which statements that begin in one manner take long, each as long as the seed has it. */
export class SlowLink {
  readonly url: string;
  /** How many statements it held up. */
  held = 0;
  /** The longest that it holds one up, milliseconds. */
  mostMs = 0;
  readonly #server;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(storeUrl: string, slow: string, random: SeededRandom): Promise<SlowLink> {
    const server = createServer((incoming, response) => {
      const isSlow = new URL(incoming.url ?? '/', storeUrl).searchParams.get('query')?.startsWith(slow) === true;
      const holdMs = isSlow && link.mostMs > 0 ? random.below(link.mostMs) : 0;
      if (holdMs > 0) link.held += 1;
      void delay(holdMs).then(() => pass(incoming, response, storeUrl));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const link = new SlowLink(server);
    return link;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Whatever breaks off on one side breaks off on the other. */
function pass(incoming: IncomingMessage, response: ServerResponse, storeUrl: string): void {
  const { method, headers } = incoming;
  const outgoing: ClientRequest = request(new URL(incoming.url ?? '/', storeUrl), { method, headers });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.on('error', () => outgoing.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
