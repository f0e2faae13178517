import { type Answer, jsonAnswer } from '../api/answer.ts';
import { type ApiFault, faulted, forbidden, notFound, rateLimited } from '../api/fault.ts';
import type { Rule } from './rule.ts';
import type { RequestFaultName, RuleSettings, ThrottleSettings } from './settings.ts';

const gatewayTitles = {
  '500': 'Internal Server Error',
  '502': 'Bad Gateway',
  '503': 'Service Unavailable',
  '504': 'Gateway Time-out',
};
const htmlPage =
  '<!DOCTYPE html>\n<html><head><title>Just a moment</title></head><body>Checking your browser</body></html>\n';

/** What is answered in place of the route's own answer; undefined where the fault leaves it. */
export function insteadOf(
  name: RequestFaultName,
  rule: Rule<RuleSettings & Partial<ThrottleSettings>>,
  answer: () => Answer,
  nowMs: number,
): Answer | undefined {
  switch (name) {
    case '429': {
      const { retryAfter = 'absent', waitSeconds = 0 } = rule.settings;
      return ofFault(rateLimited(retryAfter, waitSeconds * 1000, nowMs));
    }
    case '403':
      return ofFault(forbidden('this endpoint'));
    case '404':
      return ofFault(notFound('what was asked for'));
    case '500':
      return ofFault(faulted());
    case '502':
    case '503':
    case '504':
      return html(Number(name), `<html><head><title>${name} ${gatewayTitles[name]}</title></head></html>\n`);
    case 'empty':
      return emptied(answer());
    case 'garbage':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: garbage(rule) };
    case 'html':
      return html(200, htmlPage);
    case 'truncated-json':
      return cut(answer(), rule);
    default:
      return undefined;
  }
}

function ofFault({ body, headers, status }: ApiFault): Answer {
  return jsonAnswer(status, body, headers);
}

function html(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html' }, body };
}

/** A listing without rows, as if there were none; other answers become an empty object. */
function emptied(answer: Answer): Answer {
  if (answer.status !== 200) return answer;
  const value: unknown = JSON.parse(answer.body);
  if (Array.isArray(value)) return { ...answer, body: '[]' };
  if (typeof value !== 'object' || value === null || !('data' in value)) return { ...answer, body: '{}' };
  const counts = Object.keys(value).filter((name) => name !== 'data');
  return { ...answer, body: JSON.stringify({ data: [], ...Object.fromEntries(counts.map((name) => [name, 0])) }) };
}

/** Whole for HTTP, cut off as JSON. */
function cut(answer: Answer, rule: Rule<RuleSettings>): Answer {
  const length = Math.max(1, Math.floor(answer.body.length * (0.05 + 0.9 * rule.draw())));
  return { ...answer, body: answer.body.slice(0, Math.min(length, answer.body.length - 1)) };
}

function garbage(rule: Rule<RuleSettings>): string {
  const length = 16 + Math.floor(rule.draw() * 400);
  return Array.from({ length }, () => String.fromCharCode(1 + Math.floor(rule.draw() * 0x2ff))).join('');
}
