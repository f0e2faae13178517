import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustodyError } from '@custody/runtime';
import { kafkaDevErrors } from './errors.ts';

/** The files of one broker of a cluster, below the cluster's directory. */
export class NodeFiles {
  readonly directory: string;
  readonly data: string;
  readonly properties: string;

  constructor(clusterDirectory: string, id: number) {
    this.directory = join(clusterDirectory, `broker-${id}`);
    this.data = join(this.directory, 'data');
    this.properties = join(this.directory, 'broker.properties');
  }

  get isFormatted(): boolean {
    return existsSync(join(this.data, 'meta.properties'));
  }

  write(properties: Readonly<Record<string, string>>): void {
    mkdirSync(this.directory, { recursive: true });
    // The format takes backslashes for escapes, which a path may contain.
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`);
    writeFileSync(this.properties, lines.join(''));
  }
}

/** Throws `KAFKA_DEV_OTHER_SIZE` where the directory has the data of more or fewer brokers than `count`. */
export function requireSize(clusterDirectory: string, count: number): void {
  if (!existsSync(clusterDirectory)) return;
  const found = readdirSync(clusterDirectory).filter((name) => /^broker-\d$/.test(name)).length;
  if (found === 0 || found === count) return;
  const message = `${clusterDirectory} holds the data of ${found} broker(s), not of ${count}`;
  throw new CustodyError(kafkaDevErrors.KAFKA_DEV_OTHER_SIZE, message);
}
