import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CustodyError } from '@custody/runtime';
import { kafkaDevErrors } from './errors.ts';

/** What tells one formatted data directory from another. */
export interface DataIdentity {
  readonly clusterId: string;
  readonly nodeId: number;
  readonly directoryId: string;
}

const identityFile = 'meta.properties';

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
    return existsSync(join(this.data, identityFile));
  }

  /** Keeps what the format wrote, but for whose it is. Of several at once the first counts. */
  keepFormatted(place: string): void {
    const partial = `${place}.${process.pid}-${basename(this.directory)}`;
    cpSync(this.data, partial, { recursive: true, filter: (path) => basename(path) !== identityFile });
    try {
      renameSync(partial, place);
    } catch {
      // Another one was first; and what is not kept is made again.
      rmSync(partial, { recursive: true });
    }
  }

  /** Makes the data directory from what `keepFormatted` kept; it counts as formatted from its last file on. */
  format(place: string, { clusterId, nodeId, directoryId }: DataIdentity): void {
    cpSync(place, this.data, { recursive: true });
    const lines = ['version=1', `cluster.id=${clusterId}`, `node.id=${nodeId}`, `directory.id=${directoryId}`];
    writeFileSync(join(this.data, identityFile), `${lines.join('\n')}\n`);
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
