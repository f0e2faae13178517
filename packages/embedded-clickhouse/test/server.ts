import { existsSync } from 'node:fs';
import { GenericContainer, Wait } from 'testcontainers';
import type { ContractTarget } from './contract.ts';

/** The release whose behaviour the embedded engine has. */
const image = 'clickhouse/clickhouse-server:26.7';
const login = { username: 'default', password: 'contract' };

/** Whether a container engine answers here, as far as one can tell without asking it. */
function hasContainerEngine(): boolean {
  return process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
}

/** A server that the environment names; otherwise one in a container; `null` where there is neither. */
export function findServer(): (() => Promise<ContractTarget>) | null {
  const {
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username = 'default',
    CLICKHOUSE_PASSWORD: password = '',
  } = process.env;
  if (url) return async () => ({ url, username, password, close: async () => undefined });
  return hasContainerEngine() ? startContainer : null;
}

async function startContainer(): Promise<ContractTarget> {
  const container = await new GenericContainer(image)
    .withEnvironment({ CLICKHOUSE_PASSWORD: login.password })
    .withExposedPorts(8123)
    .withWaitStrategy(Wait.forHttp('/ping', 8123))
    .start();
  const url = `http://${container.getHost()}:${container.getMappedPort(8123)}`;
  return { url, ...login, close: () => container.stop().then(() => undefined) };
}
