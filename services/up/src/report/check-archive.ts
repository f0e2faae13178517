import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { CustodyError } from '@custody/runtime';
import { openPromise, type ZipFile } from 'yauzl';
import { z } from 'zod';
import { reportErrors } from './errors.ts';

const manifestName = 'manifest.json';

const reportManifest = z.looseObject({
  kind: z.literal('custody.compliance-report'),
  demo: z.boolean().default(false),
  period: z.looseObject({ from: z.string(), to: z.string(), time_zone: z.string() }),
  proof: z.looseObject({
    proven: z.boolean(),
    sealed: z.boolean(),
    history_begins_inside: z.boolean(),
    gaps: z.number(),
    hours_not_sealed: z.number(),
  }),
  counts: z.looseObject({
    decisions: z.number(),
    allow: z.number(),
    deny: z.number(),
    unknown: z.number(),
    possible: z.number(),
    agents: z.number(),
    humans: z.number(),
    access_changes: z.number(),
  }),
  files: z.array(z.looseObject({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type ReportManifest = z.infer<typeof reportManifest>;

interface Contents {
  readonly manifest: unknown;
  /** SHA-256 of each other file, by name. */
  readonly digests: ReadonlyMap<string, string>;
}

async function contentsOf(zip: ZipFile): Promise<Contents> {
  const digests = new Map<string, string>();
  let manifest: unknown = null;
  for await (const entry of zip.eachEntry()) {
    const content = await zip.openReadStreamPromise(entry);
    if (entry.fileName === manifestName) {
      manifest = JSON.parse(await text(content));
      continue;
    }
    const hash = createHash('sha256');
    for await (const piece of content) hash.update(piece as Uint8Array);
    digests.set(entry.fileName, hash.digest('hex'));
  }
  return { manifest, digests };
}

/** Reads a report's archive from end to end and holds its files against its manifest. Throws `REPORT_BROKEN`. */
export async function checkArchive(path: string): Promise<ReportManifest> {
  const broken = (detail: string, cause?: unknown) =>
    new CustodyError(reportErrors.REPORT_BROKEN, `What arrived is no whole report: ${detail}.`, { cause });
  let contents: Contents;
  try {
    contents = await contentsOf(await openPromise(path));
  } catch (cause) {
    throw broken(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = reportManifest.safeParse(contents.manifest);
  if (!parsed.success) throw broken(`its ${manifestName} is missing or of another form`, parsed.error);
  const wrong = parsed.data.files.find(({ name, sha256 }) => contents.digests.get(name) !== sha256);
  if (wrong !== undefined) throw broken(`${wrong.name} is not what ${manifestName} says`);
  return parsed.data;
}
