import { createServer } from 'node:net';
import { listenError } from '@custody/runtime';

/**
 * Fails early, before anything else is started, when a port is taken. Throws `PORT_IN_USE` or `ADDRESS_UNUSABLE`,
 * naming the variable that chooses the port.
 */
export async function assertPortIsFree(host: string, port: number, variable: string): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, `${host}:${port}`, variable)));
    server.listen(port, host, resolve);
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
