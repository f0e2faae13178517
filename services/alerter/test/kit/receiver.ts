import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { certificate } from './certificate.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver extends AsyncDisposable {
  /** With a path that is secret. */
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
}

export type Answer = (response: ServerResponse, received: Received) => void;

async function listening(
  server: ReturnType<typeof createSocketServer>,
  url: (port: number) => string,
  received: Received[],
) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: url(port), port, received, [Symbol.asyncDispose]: close };
}

/** An HTTP server that keeps what it gets and answers as it is told. */
export function receiver(answer: Answer = (response) => response.end('ok'), secure = false): Promise<Receiver> {
  const received: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const one = { path: request.url ?? '', headers: request.headers, body };
    received.push(one);
    answer(response, one);
  };
  const server = secure ? createSecureServer(certificate, listener) : createServer(listener);
  const origin = secure ? 'https://receiver.test' : 'http://127.0.0.1';
  return listening(server, (port) => `${origin}:${port}/hooks/S3CR3T-PATH`, received);
}

/** A server that does with the connection what it is told, and speaks no HTTP by itself. */
export function socketReceiver(handle: (socket: Socket) => void): Promise<Receiver> {
  return listening(createSocketServer(handle), (port) => `http://127.0.0.1:${port}/hooks/S3CR3T-PATH`, []);
}
