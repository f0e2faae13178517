import { inspect } from 'node:util';
import type { CustodyError } from '@custody/runtime';
import { describe, expect, test } from 'vitest';
import { alertTransition } from '../../../test/kit/alert-transition.ts';
import type { Channel } from '../src/delivery/channel.ts';
import { deliveryErrors } from '../src/delivery/errors.ts';
import { createSend, type SendOptions, type SendOutcome } from '../src/delivery/send.ts';
import { certificate } from './kit/certificate.ts';
import { newSecret, pagerdutyChannel, slackChannel, webhookChannel } from './kit/channels.ts';
import { type Answer, receiver, socketReceiver } from './kit/receiver.ts';
import { verifyWebhook } from './kit/standard-webhooks.ts';

const limits = { connectMs: 400, headersMs: 250, bodyMs: 150, maxBodyBytes: 65_536 };
const nowMs = Date.UTC(2026, 10, 27, 10, 6);
const home = async () => [{ address: '127.0.0.1', family: 4 }];

async function send(channel: Channel, options: Partial<SendOptions> = {}): Promise<SendOutcome> {
  const attempt = { nowMs, previous: null, signal: new AbortController().signal };
  return createSend({ lookup: home, limits, ...options })(alertTransition(), channel, attempt);
}

/** What is told of a failure, wherever it is told. */
function shown(outcome: SendOutcome): string {
  const stack = outcome.outcome === 'failed' ? outcome.error.stack : '';
  return `${JSON.stringify(outcome)} ${inspect(outcome, { depth: 9, showHidden: true })} ${stack}`;
}

function expectFailed(outcome: SendOutcome, code: keyof typeof deliveryErrors): CustodyError {
  if (outcome.outcome !== 'failed') throw new Error(`was delivered, and not ${code}`);
  expect([outcome.error.code, outcome.error.message]).toEqual([code, expect.any(String)]);
  expect(outcome.error.retriable).toBe(deliveryErrors[code].retriable);
  expect(shown(outcome)).not.toContain('S3CR3T');
  return outcome.error;
}

describe('a receiver that behaves', () => {
  test('verifies the signature of each secret, and nobody else’s', async () => {
    await using server = await receiver();
    const secrets = [newSecret(), newSecret()];
    expect(await send(webhookChannel(server.url, secrets))).toEqual({ outcome: 'delivered', status: 200 });
    const [received] = server.received;
    if (received === undefined) throw new Error('nothing came');
    const body = { type: 'alert.opened', data: { transition_id: alertTransition().transitionId } };
    for (const secret of secrets) expect(verifyWebhook(received, secret, nowMs)).toMatchObject(body);
    expect(() => verifyWebhook(received, newSecret(), nowMs)).toThrow('no signature fits');
    expect(() => verifyWebhook({ ...received, body: `${received.body} ` }, secrets[0] ?? '', nowMs)).toThrow(
      'no signature',
    );
    expect(() => verifyWebhook(received, secrets[0] ?? '', nowMs + 301_000)).toThrow('too old');
  });

  test('gets it whole, at its path, with its length, on a connection of its own', async () => {
    await using server = await receiver();
    await send(slackChannel(`${server.url}?x=1`));
    expect(server.received).toMatchObject([
      {
        path: '/hooks/S3CR3T-PATH?x=1',
        headers: { host: `127.0.0.1:${server.port}`, connection: 'close', 'content-type': 'application/json' },
        body: expect.stringContaining('attachments'),
      },
    ]);
  });

  test('may answer over TLS with a certificate for the name that was configured', async () => {
    await using server = await receiver(undefined, true);
    expect(await send(slackChannel(server.url), { ca: certificate.cert })).toMatchObject({ outcome: 'delivered' });
    expect(server.received[0]?.headers.host).toBe(`receiver.test:${server.port}`);
  });
});

describe('a receiver that misbehaves', () => {
  const answering = (status: number, headers: Record<string, string> = {}, body = ''): Answer => {
    return (response) => response.writeHead(status, headers).end(body);
  };

  test.each([
    [400, 'DELIVERY_REJECTED'],
    [401, 'DELIVERY_REJECTED'],
    [404, 'DELIVERY_REJECTED'],
    [410, 'DELIVERY_REJECTED'],
    [408, 'DELIVERY_UNAVAILABLE'],
    [425, 'DELIVERY_UNAVAILABLE'],
    [429, 'DELIVERY_THROTTLED'],
    [500, 'DELIVERY_UNAVAILABLE'],
    [503, 'DELIVERY_UNAVAILABLE'],
  ] as const)('%i is %s', async (status, code) => {
    await using server = await receiver(answering(status, {}, 'no_service'));
    const outcome = await send(slackChannel(server.url));
    expect(outcome).toMatchObject({ status, retryAfterMs: null });
    expect(expectFailed(outcome, code).message).toBe(`127.0.0.1:${server.port} answered ${status}: no_service`);
  });

  test.each([
    ['120', 120_000],
    ['0', 0],
    ['999999', 3_600_000],
    ['Fri, 27 Nov 2026 10:07:00 GMT', 60_000],
    ['Fri, 27 Nov 2026 10:00:00 GMT', 0],
    ['soon', null],
  ])('Retry-After: %s is waited for, within an hour', async (header, retryAfterMs) => {
    await using server = await receiver(answering(429, { 'retry-after': header }));
    expect(await send(slackChannel(server.url))).toMatchObject({ status: 429, retryAfterMs });
  });

  test('a redirect is not followed', async () => {
    await using elsewhere = await receiver();
    await using server = await receiver(answering(302, { location: elsewhere.url }));
    const error = expectFailed(await send(slackChannel(server.url)), 'DELIVERY_REDIRECTED');
    expect(error.message).toContain(`redirects (302, to 127.0.0.1:${elsewhere.port}), which is not followed`);
    expect(elsewhere.received).toEqual([]);
  });

  test('one that accepts the connection and never answers', async () => {
    await using server = await socketReceiver(() => undefined);
    expectFailed(await send(slackChannel(server.url)), 'DELIVERY_TIMED_OUT');
  });

  test('one that hangs in the headers', async () => {
    await using server = await socketReceiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const timer = setInterval(() => socket.write('.'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expectFailed(await send(slackChannel(server.url)), 'DELIVERY_TIMED_OUT');
  });

  test('one that never ends the handshake', async () => {
    await using server = await socketReceiver(() => undefined);
    const url = `https://receiver.test:${server.port}/hooks/S3CR3T-PATH`;
    expect(expectFailed(await send(slackChannel(url)), 'DELIVERY_TIMED_OUT').message).toContain('did not connect');
  });

  test('names that are not resolved in time, or not at all', async () => {
    const never = () => new Promise<never>(() => undefined);
    const channel = slackChannel('https://receiver.test/hooks/S3CR3T-PATH');
    expectFailed(await send(channel, { lookup: never }), 'DELIVERY_TIMED_OUT');
    expectFailed(
      await send(channel, { lookup: () => Promise.reject(new Error('ENOTFOUND')) }),
      'DELIVERY_NAME_UNKNOWN',
    );
    expectFailed(await send(channel, { lookup: async () => [] }), 'DELIVERY_NAME_UNKNOWN');
  });

  test('one whose body is slow: the status is what counts', async () => {
    const slow = (status: number): Answer => {
      return (response) => response.writeHead(status, { 'content-length': '100' }).write('half of it');
    };
    await using good = await receiver(slow(200));
    expect(await send(slackChannel(good.url))).toEqual({ outcome: 'delivered', status: 200 });
    await using bad = await receiver(slow(500));
    expect(expectFailed(await send(slackChannel(bad.url)), 'DELIVERY_UNAVAILABLE').message).toContain(
      '500: half of it',
    );
  });

  test('one whose body never ends: no more than the limit is read', async () => {
    let written = 0;
    await using server = await receiver((response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', more);
      more();
    });
    const error = expectFailed(
      await send(slackChannel(server.url), { limits: { ...limits, bodyMs: 10_000 } }),
      'DELIVERY_UNAVAILABLE',
    );
    expect(error.message.length).toBeLessThan(300);
    // What is in flight between the two is the system's, some megabytes at most.
    expect(written).toBeLessThan(32_000_000);
  });

  test('one that cuts the connection, before it answers or within', async () => {
    await using before = await socketReceiver((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expectFailed(await send(slackChannel(before.url)), 'DELIVERY_NOT_CONNECTED');
    await using within = await socketReceiver((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok', () => socket.resetAndDestroy()),
      ),
    );
    expect(await send(slackChannel(within.url))).toMatchObject({ outcome: 'delivered' });
  });

  test('one that is not there', async () => {
    const server = await receiver();
    await server[Symbol.asyncDispose]();
    expect(expectFailed(await send(slackChannel(server.url)), 'DELIVERY_NOT_CONNECTED').message).toContain(
      'ECONNREFUSED',
    );
  });

  test('one that speaks no HTTP, or headers without end', async () => {
    await using other = await socketReceiver((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expectFailed(await send(slackChannel(other.url)), 'DELIVERY_ANSWER_UNREADABLE');
    await using long = await socketReceiver((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`));
    expectFailed(await send(slackChannel(long.url)), 'DELIVERY_ANSWER_UNREADABLE');
  });

  test('a certificate that nobody vouches for, or for another name', async () => {
    await using server = await receiver(undefined, true);
    expectFailed(await send(slackChannel(server.url)), 'DELIVERY_NOT_TRUSTED');
    const other = server.url.replace('receiver.test', 'other.test');
    expectFailed(await send(slackChannel(other), { ca: certificate.cert }), 'DELIVERY_NOT_TRUSTED');
    await using plain = await receiver();
    expectFailed(
      await send(slackChannel(plain.url.replace('http://127.0.0.1', 'https://receiver.test'))),
      'DELIVERY_NOT_TRUSTED',
    );
    expect(server.received).toEqual([]);
  });

  test('sending that is given up rejects and says nothing', async () => {
    await using server = await socketReceiver(() => undefined);
    const stopping = new AbortController();
    const attempt = { nowMs, previous: null, signal: stopping.signal };
    const sending = createSend({ lookup: home, limits })(alertTransition(), slackChannel(server.url), attempt);
    stopping.abort(new Error('stopping'));
    await expect(sending).rejects.toThrow('stopping');
  });
});

describe('requests go nowhere that is not meant', () => {
  const guarded = { allowPrivate: false };

  test.each([
    'https://127.0.0.1/S3CR3T',
    'https://2130706433/S3CR3T',
    'https://0x7f.1/S3CR3T',
    'https://[::1]/S3CR3T',
    'https://[::ffff:127.0.0.1]/S3CR3T',
    'https://169.254.169.254/S3CR3T',
    'https://10.1.2.3/S3CR3T',
    'https://[fd00::1]/S3CR3T',
    'https://0.0.0.0/S3CR3T',
  ])('%s', async (url) => {
    expectFailed(await send(slackChannel(url, guarded)), 'DELIVERY_ADDRESS_REFUSED');
  });

  test('a name is refused for any address that it has', async () => {
    await using server = await receiver(undefined, true);
    const both = async () => [{ address: '1.1.1.1', family: 4 }, ...(await home())];
    expectFailed(await send(slackChannel(server.url, guarded), { lookup: both }), 'DELIVERY_ADDRESS_REFUSED');
    expectFailed(await send(slackChannel(server.url, guarded)), 'DELIVERY_ADDRESS_REFUSED');
    expect(server.received).toEqual([]);
  });

  test('the metadata services of clouds are refused to those who may send to private networks too', async () => {
    const metadata = async () => [{ address: '169.254.169.254', family: 4 }];
    expectFailed(await send(slackChannel('https://receiver.test/'), { lookup: metadata }), 'DELIVERY_ADDRESS_REFUSED');
  });

  test('nothing goes over the internet unencrypted', async () => {
    const abroad = async () => [{ address: '1.1.1.1', family: 4 }];
    expectFailed(await send(slackChannel('http://receiver.test/'), { lookup: abroad }), 'DELIVERY_NOT_ENCRYPTED');
  });

  test('a name that answers otherwise the second time is not asked a second time', async () => {
    await using server = await receiver(undefined, true);
    let asked = 0;
    // What was judged is what is connected to: had it been asked again, nobody would be there.
    const rebinding = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.99', family: 4 }];
    };
    expect(await send(slackChannel(server.url), { lookup: rebinding, ca: certificate.cert })).toMatchObject({
      status: 200,
    });
    expect(asked).toBe(1);
  });
});

describe('secrets stay where they are', () => {
  test('an answer that repeats what it was sent is told without it', async () => {
    const echo: Answer = (response, { path, headers, body }) => {
      response.writeHead(400).end(`${path} ${decodeURIComponent(path)} ${headers.authorization} ${body.slice(0, 90)}`);
    };
    await using server = await receiver(echo);
    const outcome = await send(pagerdutyChannel(`${server.url}?key=T0K%45NS3CR3T`, 'R0UT1NGK3Y'));
    const { message } = expectFailed(outcome, 'DELIVERY_REJECTED');
    expect(message).toContain('[redacted]');
    for (const secret of ['R0UT1NGK3Y', 'T0KEN', 'T0K%45N']) expect(shown(outcome)).not.toContain(secret);
  });

  test('a request that cannot be made names neither address nor secret', async () => {
    const [impossible, broken] = [
      slackChannel('no address S3CR3T'),
      webhookChannel('https://receiver.test/', ['S3CR3T']),
    ];
    for (const channel of [impossible, broken]) expectFailed(await send(channel), 'DELIVERY_IMPOSSIBLE');
  });
});
