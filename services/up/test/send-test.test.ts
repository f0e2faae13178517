import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import { receiver } from '../../alerter/test/kit/receiver.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const command = join(root, 'services', 'up', 'src', 'custody.ts');

/** The first example of the page: the smallest file that has somebody told. */
const [, example = ''] =
  /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs', 'alerts-channels.md'), 'utf8')) ?? [];

function run(directory: string, variables: Readonly<Record<string, string>>, ...more: readonly string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...variables };
    const child = execFile(
      ...([process.execPath, [command, 'rules', 'send-test', ...more], { cwd: directory, env }] as const),
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test('the smallest example has at most eight lines, and reaches Slack', async () => {
  using directory = temporaryDirectory();
  await using slack = await receiver();
  await using refusing = await receiver((response) => response.writeHead(403).end('invalid_token'));
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(8);
  writeFileSync(join(directory.path, 'custody.rules.yaml'), `${example.trimEnd()}\n    allow_private: true\n`);
  const good = await run(directory.path, { SLACK_WEBHOOK_URL: slack.url });
  expect(good).toMatchObject({ code: 0, stdout: `oncall (slack, 127.0.0.1:${slack.port}): delivered, answered 200\n` });
  expect(slack.received[0]?.body).toContain('TEST: this is no alert');
  const bad = await run(directory.path, { SLACK_WEBHOOK_URL: refusing.url }, '--json');
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject([
    { outcome: 'failed', code: 'DELIVERY_REJECTED', status: 403, attempts: 1 },
  ]);
  const unset = await run(directory.path, {});
  expect(unset).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the variable SLACK_WEBHOOK_URL is not set'),
  });
  for (const { stdout, stderr } of [good, bad, unset]) expect(stdout + stderr).not.toContain('S3CR3T');
});
