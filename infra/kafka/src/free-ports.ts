import { createServer } from 'node:net';

/**
 * Below every range that systems take the source ports of connections from: there, a client that keeps trying to reach
 * a dead broker can be given the broker's own port, and the broker could not come back.
 */
const lowest = 15_000;
const highest = 32_000;

/** Whether nothing listens on this port of loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Different ports that nothing listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}
