import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Delivery, sentPart } from './api/answer.ts';
import type { PermitApi } from './api/permit-api.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Pauses in real time, whatever time the API lives in: a socket knows no other. */
export type Sleep = (durationMs: number, signal?: AbortSignal) => Promise<void>;

/** A trickling body comes in so many pieces. */
export const trickledPieces = 10;

/** As long as what stands before such an API keeps a connection that nobody uses: longer than any client of ours rests. */
const unusedMs = 60_000;

/** Serves an API over HTTP/1.1. Rejects with Node's own error where the port cannot be had. */
export async function listen(api: PermitApi, host: string, port: number, sleep: Sleep): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: unusedMs }, (request, response) => {
    response.sendDate = false;
    answer(api, request, response, sleep).catch((error: unknown) => {
      // A caller that goes away in the middle has ended its request; there is nobody to tell.
      if (response.headersSent || response.destroyed) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${bound}`, port: bound, stop: () => stop(server) };
}

async function answer(api: PermitApi, request: IncomingMessage, response: ServerResponse, sleep: Sleep): Promise<void> {
  const { headers, method = 'GET', url = '/' } = request;
  const body = method === 'GET' ? '' : await text(request);
  const delivery = api.deliver({ method, url, body, authorization: headers.authorization });
  if (delivery.delayMs > 0) await sleep(delivery.delayMs);
  if (delivery.ending === 'no-answer') request.socket.resetAndDestroy();
  else await send(delivery, response, sleep);
}

async function send(delivery: Delivery, response: ServerResponse, sleep: Sleep): Promise<void> {
  const { body, ending, headers, status, trickleMs } = delivery;
  const length = ending === 'unfinished' ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  if (ending === 'whole' && trickleMs === 0) {
    response.end(body);
    return;
  }
  const part = sentPart(delivery);
  const pieces = trickleMs === 0 ? 1 : trickledPieces;
  for (let piece = 0; piece < pieces; piece += 1) {
    if (piece > 0) await sleep(trickleMs / (pieces - 1));
    await write(response, part.subarray(bound(part, piece, pieces), bound(part, piece + 1, pieces)));
  }
  if (ending === 'whole') response.end();
  else if (ending === 'reset') response.socket?.resetAndDestroy();
  else response.socket?.end();
}

function bound(part: Buffer, piece: number, pieces: number): number {
  return Math.floor((part.length * piece) / pieces);
}

function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
