import { GenericContainer, Wait } from 'testcontainers';
import { hasContainerEngine } from '../../../test/kit/container-engine.ts';
import { testVariables } from '../../../test/kit/test-variables.ts';
import type { ContractTarget } from './contract.ts';

/** The release whose behaviour the embedded engine has; also that of docker-compose.yml. */
const image = 'clickhouse/clickhouse-server:26.7.13.12';
const login = { username: 'default', password: 'contract' };

/** A server that the environment names; otherwise one in a container; `null` where there is neither. */
export async function findServer(): Promise<(() => Promise<ContractTarget>) | null> {
  const given = testVariables.clickHouse;
  if (given !== null) return async () => ({ ...given, close: async () => undefined });
  return (await hasContainerEngine()) ? startContainer : null;
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
