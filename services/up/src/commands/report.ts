import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { secondMs } from '@custody/decision';
import { CustodyError, exitCodes, systemClock, type Variables } from '@custody/runtime';
import { checkArchive, type ReportManifest } from '../report/check-archive.ts';
import { download } from '../report/download.ts';
import { reportErrors } from '../report/errors.ts';
import { bytesText, reportText } from '../report/report-text.ts';
import { openAnswer } from './api-client.ts';
import { interruption } from './interruption.ts';

export interface ReportArguments {
  readonly out?: string;
  readonly json?: boolean;
  /** The API's parameters. */
  readonly parameters: URLSearchParams;
}

const terminalEveryMs = 200;
const plainEveryMs = 10 * secondMs;

/** Says how far a download is: in one line that moves on a terminal, in a line now and then elsewhere. */
function progress(json: boolean): { readonly say: (bytes: number) => void; readonly end: () => void } {
  const isTerminal = process.stderr.isTTY === true && !json;
  const startedAtMs = systemClock.now();
  let saidAtMs = isTerminal ? Number.NEGATIVE_INFINITY : startedAtMs;
  return {
    say: (bytes) => {
      const nowMs = systemClock.now();
      if (json || nowMs - saidAtMs < (isTerminal ? terminalEveryMs : plainEveryMs)) return;
      saidAtMs = nowMs;
      const text = `report: ${bytesText(bytes)} received in ${Math.round((nowMs - startedAtMs) / secondMs)} s`;
      process.stderr.write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (isTerminal) process.stderr.write('\r\u001b[K');
    },
  };
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}

/** Where the report goes: as asked, into a directory under the name that the answer proposes, or here under that name. */
async function placeOf(out: string | undefined, response: Response): Promise<string> {
  const [, proposed = 'custody-report.zip'] =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  if (out === undefined) return basename(proposed);
  return (await isDirectory(out)) ? join(out, basename(proposed)) : out;
}

interface Written {
  readonly path: string;
  readonly bytes: number;
  readonly manifest: ReportManifest;
}

/** Receives a report into a file beside its place, reads all of it, and puts it there: whole, or not at all. */
async function receive(response: Response, path: string, json: boolean, signal: AbortSignal): Promise<Written> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  const { say, end } = progress(json);
  try {
    await download({ response, path: draft, signal, onProgress: say });
    end();
    const manifest = await checkArchive(draft);
    const { size: bytes } = await stat(draft);
    await rename(draft, path).catch((cause: unknown) => {
      throw new CustodyError(reportErrors.REPORT_NOT_WRITTEN, `Cannot write ${path}.`, { cause });
    });
    return { path, bytes, manifest };
  } finally {
    end();
    await rm(draft, { force: true });
  }
}

/** Has a report made and writes it to a file. Resolves with the exit code. Throws `REPORT_*` and what `openAnswer` throws. */
export async function runReportCommand(variables: Variables, { out, json = false, parameters }: ReportArguments) {
  using interrupted = interruption();
  const { signal } = interrupted;
  try {
    const response = await openAnswer('reports/compliance', parameters, variables, signal);
    const { path, bytes, manifest } = await receive(response, await placeOf(out, response), json, signal);
    const said = json ? JSON.stringify({ file: path, bytes, ...manifest }, null, 2) : reportText(manifest, path, bytes);
    process.stdout.write(`${said}\n`);
    return exitCodes.ok;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}
