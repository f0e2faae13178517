import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { CustodyError, errorKinds } from '@custody/runtime';
import { z } from 'zod';

export const secretsErrors = errorKinds({
  SECRETS_UNREADABLE: {
    retriable: false,
    meaning: 'The file with the embedded store’s credentials is damaged.',
    remedy: 'Remove the file: new credentials are made at the next start.',
  },
  SECRETS_MISSING: {
    retriable: false,
    meaning: 'The data directory has no embedded store yet.',
    remedy: 'Start Custody once with `npx pnpm@12 start`, or point CUSTODY_DATA_DIR at the directory it uses.',
  },
});

const login = z.object({ user: z.string().min(1), password: z.string().min(1) });
const storeSecrets = z.object({ pipeline: login, reader: login });

/** The embedded store's two logins: the pipeline's own, and the read-only one for dashboards. */
export type StoreSecrets = z.infer<typeof storeSecrets>;

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Reads the logins from the data directory. Throws `SECRETS_MISSING` or `SECRETS_UNREADABLE`. */
export function readStoreSecrets(path: string): StoreSecrets {
  if (!existsSync(path)) throw new CustodyError(secretsErrors.SECRETS_MISSING, `${path} does not exist.`);
  try {
    return storeSecrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new CustodyError(secretsErrors.SECRETS_UNREADABLE, `${path} cannot be understood.`, { cause: error });
  }
}

/**
 * The logins to run with: made once and kept, readable by this user only. What the configuration says of the pipeline's
 * login holds for this run and is kept too, so that other commands find the store.
 */
export function ensureStoreSecrets(path: string, configured: { user?: string; password?: string }): StoreSecrets {
  const kept = existsSync(path)
    ? readStoreSecrets(path)
    : { pipeline: { user: 'default', password: newPassword() }, reader: { user: 'reader', password: newPassword() } };
  const pipeline = {
    user: configured.user ?? kept.pipeline.user,
    password: configured.password ?? kept.pipeline.password,
  };
  const secrets = { ...kept, pipeline };
  // Written beside and renamed: a crash leaves the old file or the new one.
  writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secrets;
}
