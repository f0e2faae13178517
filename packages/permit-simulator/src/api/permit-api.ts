import { timingSafeEqual } from 'node:crypto';
import type { Faults } from '../faults/faults.ts';
import { deliveryOf } from '../faults/request-faults.ts';
import type { ServedLog } from '../served-log.ts';
import { type Answer, type Delivery, jsonAnswer } from './answer.ts';
import type { Backend } from './backend.ts';
import { controlAnswer } from './control.ts';
import { ApiFault, notFound, rateLimited, unauthorized } from './fault.ts';
import { RateLimit } from './rate-limit.ts';
import { type EndpointName, EntryPage } from './route.ts';
import { type FoundRoute, findRoute } from './router.ts';

export interface ApiRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A request that is about to be answered. */
export interface NoticedRequest {
  readonly endpoint: EndpointName;
  readonly url: string;
  /** From 1. */
  readonly number: number;
}

export interface ApiOptions {
  readonly apiKey: string;
  readonly requestsPerMinute: number;
  readonly faults: Faults;
  readonly served: ServedLog | undefined;
  /** Called before a request is answered: what it changes is in the answer. */
  readonly onRequest: ((request: NoticedRequest) => void) | undefined;
}

/** Everything between a request and its answer, whatever carries them. */
export class PermitApi {
  readonly #backend: Backend;
  readonly #options: ApiOptions;
  readonly #limit: RateLimit;
  #number = 0;

  constructor(backend: Backend, options: ApiOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#limit = new RateLimit(options.requestsPerMinute, backend.now);
  }

  /** The answer with how it travels. Throws nothing that a caller could have caused. */
  deliver(request: ApiRequest): Delivery {
    const { faults } = this.#options;
    const isApi = request.url.startsWith('/v2/');
    const found = isApi ? findRoute(request.method, request.url) : undefined;
    const delivery = found ? this.#route(request, found) : whole(this.#other(request, isApi));
    const date = faults.date.header(this.#backend.now());
    return date === undefined ? delivery : { ...delivery, headers: { ...delivery.headers, date } };
  }

  #route(request: ApiRequest, { params, route }: FoundRoute): Delivery {
    const { faults, onRequest, served } = this.#options;
    this.#number += 1;
    const number = this.#number;
    const { url } = request;
    const { endpoint } = route;
    onRequest?.({ endpoint, url, number });
    const nowMs = this.#backend.now();
    const struck = faults.requests.strike({ endpoint, url, nowMs });
    let page: EntryPage | undefined;
    const answer = () =>
      answered(() => {
        this.#admit(request, nowMs);
        const value = route.answer(this.#backend, { url, params, nowMs, number });
        if (!(value instanceof EntryPage)) return jsonAnswer(200, value);
        page = value;
        return { status: 200, headers: { 'content-type': 'application/json' }, body: value.text };
      });
    const { delivery, isChanged } = deliveryOf(struck, answer, nowMs);
    if (page && !isChanged) served?.add(page.entries);
    return delivery;
  }

  #other(request: ApiRequest, isApi: boolean): Answer {
    return answered(() => {
      if (isApi) this.#admit(request, this.#backend.now());
      const answer = isApi ? undefined : controlAnswer(request, this.#backend, this.#options.faults);
      if (!answer) throw notFound(`${request.method} ${request.url}`);
      return answer;
    });
  }

  #admit({ authorization }: ApiRequest, nowMs: number): void {
    const { retryAfter, wrongKeyStatus } = this.#backend.variants;
    const waitMs = this.#limit.take();
    if (waitMs !== undefined) throw rateLimited(retryAfter, waitMs, nowMs);
    if (authorization === undefined) throw unauthorized(401);
    if (!sameText(authorization, `Bearer ${this.#options.apiKey}`)) throw unauthorized(wrongKeyStatus);
  }
}

/** The one place where faults become answers. */
function answered(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiFault) return jsonAnswer(error.status, error.body, error.headers);
    throw error;
  }
}

function whole(answer: Answer): Delivery {
  return { ...answer, delayMs: 0, trickleMs: 0, ending: 'whole', sentShare: 1 };
}

function sameText(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}
