import type { Clock } from '@custody/runtime';
import { systemClock } from '@custody/runtime';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { nowMs } from './service.ts';

/** A clock that is set by hand; sleepers wait for some milliseconds. */
export class HandClock implements Clock {
  #nowMs = nowMs;

  now(): number {
    return this.#nowMs;
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(Math.min(durationMs, 20), signal);
  }
}

interface Made {
  readonly id: string;
  readonly token: string;
}

/** GET as somebody. */
export function get(app: FastifyInstance, url: string, token?: string): Promise<LightMyRequestResponse> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return app.inject({ url, headers: { host: 'localhost', ...authorization } });
}

/** Asks for a token as somebody. */
export function ask(app: FastifyInstance, payload: object, token?: string): Promise<LightMyRequestResponse> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return app.inject({ method: 'POST', url: '/v1/tokens', payload, headers: { host: 'localhost', ...authorization } });
}

/** Makes a token. */
export async function make(app: FastifyInstance, payload: object, token?: string): Promise<Made> {
  const response = await ask(app, payload, token);
  if (response.statusCode !== 201) throw new Error(response.body);
  return response.json().data;
}

export function revoke(app: FastifyInstance, id: string, token: string): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'DELETE', url: `/v1/tokens/${id}`, headers: { authorization: `Bearer ${token}` } });
}
