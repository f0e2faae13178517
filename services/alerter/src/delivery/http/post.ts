import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { secondMs } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { deliveryErrors } from '../errors.ts';
import type { DeliveryRequest } from '../format/delivery-request.ts';
import { connectionError } from './connection-error.ts';
import { type Lookup, resolveTarget, type Target } from './resolve-target.ts';

// Not by `import`: see the admin server.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule('node:http');

export interface PostLimits {
  /** Milliseconds until the host's name is resolved, and then until the connection stands, encryption included. */
  readonly connectMs: number;
  /** From then until the answer's status, and from that to the end of its body. */
  readonly headersMs: number;
  readonly bodyMs: number;
  /** No more of an answer is read. */
  readonly maxBodyBytes: number;
}

export const defaultPostLimits: PostLimits = {
  connectMs: 5 * secondMs,
  headersMs: 10 * secondMs,
  bodyMs: 5 * secondMs,
  maxBodyBytes: 65_536,
};

export interface PostOptions {
  readonly allowPrivate: boolean;
  readonly lookup: Lookup;
  readonly limits: PostLimits;
  readonly signal: AbortSignal;
  /** Certificates that are trusted in place of the usual ones. */
  readonly ca?: string;
}

export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly location: string | null;
  /** As much as came in time and within the limit; bytes that are no UTF-8 are replaced. */
  readonly body: string;
}

/** Answers with what was judged, whatever is asked: nobody resolves the name a second time. */
function pinned({ addresses }: Target): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };
}

function optionsOf(
  url: URL,
  target: Target,
  { headers, body }: DeliveryRequest,
  ca: string | undefined,
): RequestOptions {
  const common: RequestOptions = {
    method: 'POST',
    hostname: target.hostname,
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body), connection: 'close' },
    lookup: pinned(target),
    // Headers of an answer are bounded too.
    maxHeaderSize: 16_384,
  };
  // Agents of its own: Node's common ones may use a proxy that the environment names, and that would resolve the name anew.
  if (url.protocol !== 'https:') return { ...common, agent: new HttpAgent() };
  const servername = isIP(target.hostname) === 0 ? { servername: target.hostname } : {};
  return { ...common, ...servername, agent: new HttpsAgent({ ...(ca !== undefined && { ca }) }) };
}

/** What is read of an answer's body: a status that says enough is never given up for a body that does not end. */
async function bodyOf(response: IncomingMessage, { bodyMs, maxBodyBytes }: PostLimits): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => response.destroy(), bodyMs);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxBodyBytes) break;
    }
  } catch {
    // Cut off, by them or by the limits.
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  return Buffer.concat(chunks).subarray(0, maxBodyBytes).toString('utf8');
}

function headersOf(
  url: URL,
  options: RequestOptions,
  body: string,
  { limits, signal }: PostOptions,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(options);
  const give = (what: string) => {
    request.destroy();
    reject(new CustodyError(deliveryErrors.DELIVERY_TIMED_OUT, `${url.host} ${what}.`));
  };
  let timer = setTimeout(() => give(`did not connect within ${limits.connectMs / secondMs} s`), limits.connectMs);
  const onConnected = () => {
    clearTimeout(timer);
    timer = setTimeout(() => give(`did not answer within ${limits.headersMs / secondMs} s`), limits.headersMs);
  };
  const onAbort = () => request.destroy(new Error('given up'));
  request.once('socket', (socket) => socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', onConnected));
  request.once('response', resolve);
  request.on('error', (error) => reject(connectionError(error, url)));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  request.end(body);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
}

async function withinMs<T>(work: Promise<T>, ms: number, late: () => CustodyError): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}

/**
 * One POST, to an address that was judged before, on a connection of its own. Redirects are answers like any other. Throws
 * `DELIVERY_*` errors; none holds more of the address than its host.
 */
export async function post(request: DeliveryRequest, options: PostOptions): Promise<PostAnswer> {
  const url = new URL(request.url);
  const { limits } = options;
  const late = () =>
    new CustodyError(deliveryErrors.DELIVERY_TIMED_OUT, `The name of ${url.host} was not resolved in time.`);
  const target = await withinMs(resolveTarget(url, options.allowPrivate, options.lookup), limits.connectMs, late);
  const response = await headersOf(url, optionsOf(url, target, request, options.ca), request.body, options);
  const { 'retry-after': retryAfter = null, location = null } = response.headers;
  return { status: response.statusCode ?? 0, retryAfter, location, body: await bodyOf(response, limits) };
}
