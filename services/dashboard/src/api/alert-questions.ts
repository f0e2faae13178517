import type { operations } from '@custody/client';
import { questionOf, type View } from '../state/view.ts';
import { api } from './api.ts';
import { failureOfChange } from './change.ts';
import { type Answer, type Failure, useAnswer } from './use-answer.ts';

type Body<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Found } } };
}
  ? Found
  : never;

export type AlertsBody = Body<'listAlerts'>;
export type AlertListed = AlertsBody['data'][number];
export type WholeAlert = Body<'getAlert'>['data'];
export type AlertStep = WholeAlert['transitions'][number];
export type Silence = Body<'listSilences'>['data'][number];

/** Alerts that were active in the range; `extra` narrows them. */
export function useAlerts(view: View, extra: Readonly<Record<string, string>>): Answer<AlertsBody> {
  const { from = '', to, env, tz = '' } = questionOf(view);
  const query = { from, ...(to && { to }), ...(env && { env }), tz, ...extra };
  return useAnswer(
    `alerts ${JSON.stringify(query)}`,
    (client, signal) => client.GET('/v1/alerts', { params: { query }, signal }),
    { everyMs: view.refreshMs === null || extra.cursor !== undefined ? null : 15_000 },
  );
}

export function useAlert(id: string): Answer<Body<'getAlert'>> {
  return useAnswer(
    `alert ${id}`,
    (client, signal) => client.GET('/v1/alerts/{id}', { params: { path: { id } }, signal }),
    { everyMs: 15_000 },
  );
}

export function useSilences(): Answer<Body<'listSilences'>> {
  return useAnswer('silences', (client, signal) => client.GET('/v1/silences', { signal }), { everyMs: 30_000 });
}

/** Asks the alerter to take or to end an alert. Resolves with why not, or `null`. */
export function actOnAlert(id: string, action: 'acknowledge' | 'resolve', note: string): Promise<Failure | null> {
  const options = { params: { path: { id } }, body: note === '' ? {} : { note } };
  return failureOfChange(
    action === 'acknowledge'
      ? api.POST('/v1/alerts/{id}/acknowledge', options)
      : api.POST('/v1/alerts/{id}/resolve', options),
  );
}

export interface SilenceAsked {
  readonly matcher: Readonly<Record<string, string>>;
  readonly reason: string;
  /** When it ends: a time, or a time from now such as `2h`. */
  readonly expires: string;
}

/** Keeps what fits from being told. Resolves with why not, or `null`. */
export function createSilence({ matcher, reason, expires }: SilenceAsked): Promise<Failure | null> {
  return failureOfChange(api.POST('/v1/silences', { body: { matcher: matcher as never, reason, expires } }));
}

/** Resolves with why not, or `null`. */
export function endSilence(id: string): Promise<Failure | null> {
  return failureOfChange(api.DELETE('/v1/silences/{id}', { params: { path: { id } } }));
}
