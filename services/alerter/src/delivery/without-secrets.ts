import { stripVTControlCharacters } from 'node:util';
import { redactText } from '@custody/runtime';
import type { Channel } from './channel.ts';
import { cut } from './format/cut.ts';

/** Parts of an address that may be secret, as written and decoded. Short ones name things (`api`, `services`). */
function secretParts(url: string): string[] {
  const { pathname, search, searchParams } = new URL(url);
  const parts = [...pathname.split('/'), ...searchParams.values(), pathname, search];
  return parts
    .flatMap((part) => {
      try {
        return [part, decodeURIComponent(part)];
      } catch {
        return [part];
      }
    })
    .filter((part) => part.length >= 8);
}

function secretsOf(channel: Channel): string[] {
  const parts = secretParts(channel.url.value);
  switch (channel.kind) {
    case 'webhook':
      return [...parts, ...channel.secrets.map(({ value }) => value)];
    case 'pagerduty':
      return [...parts, channel.routingKey.value];
    case 'alertmanager': {
      const { username, password, bearerToken } = channel;
      const basic = Buffer.from(`${username}:${password?.value}`).toString('base64');
      return [...parts, basic, ...[password, bearerToken].flatMap((secret) => secret?.value ?? [])];
    }
    case 'slack':
      return parts;
  }
}

/** What a receiver answered, short and on one line: it may repeat what it was sent, secrets included, and those are cut out. */
export function withoutSecrets(text: string, channel: Channel): string {
  const longestFirst = secretsOf(channel).sort((a, b) => b.length - a.length);
  const plain = stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  const clean = longestFirst.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), plain);
  return cut(redactText(clean).trim(), 200);
}
