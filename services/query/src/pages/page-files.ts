import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptedEncoding } from './accepted-encoding.ts';
import { pagePolicy } from './page-policy.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** The forms in which a file lies beside itself, the smaller one first. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly plain: Buffer;
  readonly encoded: ReadonlyMap<string, Buffer>;
}

/** Built files, all of them in memory: a build that replaces them disturbs nobody who serves. */
export interface PageFiles {
  readonly paths: readonly string[];
  /** Answers with a file in the form that the client takes; 304 where it has it. Throws for a path that is none of `paths`. */
  send(path: string, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

function readFile(folder: string, path: string): PageFile {
  const plain = readFileSync(join(folder, path));
  const present = encodings.flatMap(({ name, suffix }) => {
    try {
      return [[name, readFileSync(join(folder, path + suffix))] as const];
    } catch {
      return [];
    }
  });
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    etag: createHash('sha256').update(plain).digest('base64url').slice(0, 22),
    // The name of an asset says what is in it; every other address shows what is there now.
    cacheControl: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    plain,
    encoded: new Map(present),
  };
}

function sendFile(file: PageFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const name = acceptedEncoding(request.headers['accept-encoding'], [...file.encoded.keys()]);
  const bytes = (name !== null && file.encoded.get(name)) || file.plain;
  // Another text in another encoding is another representation, with a validator of its own.
  const etag = `"${file.etag}${name === null ? '' : `-${name}`}"`;
  reply.headers({
    ...{ 'content-type': file.type, 'cache-control': file.cacheControl, etag, vary: 'accept-encoding' },
    'content-security-policy': pagePolicy,
    ...(name !== null && { 'content-encoding': name }),
  });
  const known = (request.headers['if-none-match'] ?? '').split(/\s*,\s*/);
  if (known.some((one) => one.replace(/^W\//, '') === etag)) return reply.code(304).send();
  return reply.code(200).send(bytes);
}

/** Reads a folder of built files, as a bundler leaves it, with their compressed forms beside them. Throws where it cannot. */
export function readPageFiles(folder: string): PageFiles {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'));
  const files = new Map(names.map((path) => [path, readFile(folder, path)]));
  return {
    paths: names,
    send: (path, request, reply) => {
      const file = files.get(path);
      if (file === undefined) throw new Error(`there is no file ${path}`);
      return sendFile(file, request, reply);
    },
  };
}
