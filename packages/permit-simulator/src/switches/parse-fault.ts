import { type EndpointName, endpoints } from '../api/route.ts';
import type { FaultName } from '../faults/settings.ts';
import { type FaultSyntax, type FaultValue, faultSyntax } from './fault-syntax.ts';

export interface ParsedFault {
  readonly name: FaultName;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads `NAME[@ENDPOINT[+ENDPOINT…]][=VALUE[:VALUE…][,KEY:VALUE…]]`. What is wrong goes into `wrong`, and the fault
 * is undefined only where not even its name is known.
 */
export function parseFault(text: string, wrong: string[]): ParsedFault | undefined {
  const [head = '', ...rest] = text.split('=');
  const [name = '', aimed] = head.split('@', 2);
  const syntax = (faultSyntax as Readonly<Record<string, FaultSyntax | undefined>>)[name];
  if (!syntax) {
    wrong.push(`there is no fault "${name}"; there are ${Object.keys(faultSyntax).join(', ')}`);
    return undefined;
  }
  const settings = {
    ...(aimed !== undefined && { endpoints: aimedAt(aimed, syntax, wrong) }),
    ...values(rest.join('='), syntax, wrong),
  };
  return { name: name as FaultName, settings };
}

function aimedAt(text: string, { isOfRequests }: FaultSyntax, wrong: string[]): EndpointName[] {
  if (!isOfRequests) wrong.push('it concerns entries or the clock, no endpoint');
  return text.split('+').flatMap((name) => {
    const endpoint = endpoints.find((one) => one === name);
    if (endpoint === undefined) wrong.push(`there is no endpoint "${name}"; there are ${endpoints.join(', ')}`);
    return endpoint === undefined ? [] : [endpoint];
  });
}

function values(text: string, syntax: FaultSyntax, wrong: string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const part of text === '' ? [] : text.split(',')) {
    const [key = '', ...given] = part.split(':');
    const named = syntax.named.find(({ name }) => name === key);
    if (named) settings[named.field] = readValue(named, given.join(':'), wrong);
    else Object.assign(settings, inOrder(part, syntax, wrong));
  }
  return settings;
}

function inOrder(part: string, { named, ordered }: FaultSyntax, wrong: string[]): Record<string, unknown> {
  const texts = part.split(':');
  if (texts.length > ordered.length || (texts.length > 1 && Number.isNaN(Number(texts[0])))) {
    const names = named.map(({ name }) => name).join(', ');
    wrong.push(`"${part}" is none of its values, which are ${names}`);
    return {};
  }
  return Object.fromEntries(
    texts.flatMap((text, index) => {
      const value = ordered[index];
      return value ? [[value.field, readValue(value, text, wrong)]] : [];
    }),
  );
}

function readValue({ kind, name }: FaultValue, text: string, wrong: string[]): unknown {
  if (kind === 'text') return text;
  if (kind === 'flag') return text === '' || text === 'true';
  const value = Number(text);
  if (text.trim() !== '' && !Number.isNaN(value)) return value;
  wrong.push(`${name} is "${text}"; it must be a number`);
  return undefined;
}
