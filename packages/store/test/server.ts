import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { passwords } from './engine.ts';

/** That of docker-compose.yml, with its settings and its logins. */
const image = 'clickhouse/clickhouse-server:26.7.13.12';
const settings = join(import.meta.dirname, '..', '..', '..', 'infra', 'clickhouse');

/** Whether a container engine answers here, as far as one can tell without asking it. */
export function hasContainerEngine(): boolean {
  return process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
}

/** An empty server of its own. */
export async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const files = ['config.d/custody.xml', 'users.d/custody.xml'].map((file) => ({
    source: join(settings, file),
    target: `/etc/clickhouse-server/${file}`,
  }));
  const container = await new GenericContainer(image)
    .withCopyFilesToContainer(files)
    .withEnvironment({
      CLICKHOUSE_SKIP_USER_SETUP: '1',
      PIPELINE_PASSWORD: passwords.pipeline,
      QUERY_PASSWORD: 'query-secret',
      READER_PASSWORD: passwords.reader,
    })
    .withExposedPorts(8123)
    .withWaitStrategy(Wait.forHttp('/ping', 8123))
    .start();
  const url = `http://${container.getHost()}:${container.getMappedPort(8123)}`;
  return { url, stop: () => container.stop().then(() => undefined) };
}
