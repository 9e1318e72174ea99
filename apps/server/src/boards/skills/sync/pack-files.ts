import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Platform } from '#server/platform/context.ts';
import { download } from '#server/platform/outgoing/request.ts';
import type { Reach } from '#server/platform/outgoing/resolve.ts';
import { Problem } from '#server/platform/problem.ts';
import type { PackFile } from './pack-file.ts';
import { readTar } from './tar.ts';

const ARCHIVES = 'https://codeload.github.com';
const LIMITS = { timeoutMs: 120_000, maxBytes: 200_000_000, redirects: 3 };
const MAX_UNPACKED_BYTES = 2_000_000_000;

/** Where a pack's files come from. */
export interface PackSource {
  owner: string;
  repo: string;
  branch: string;
}

/** The files of a pack, once. */
export interface PackFiles {
  files: AsyncIterable<PackFile>;
  /** The branch that was found: the one asked for, or `HEAD`. */
  branch: string;
  warnings: string[];
  close(): Promise<void>;
}

/**
 * Opens a pack: from the mirror folder (`skills/<owner>/<repo>`) when it is there, else GitHub's archive of the branch,
 * or of the default branch when there is none of that name. Throws `skill_pack.fetch_failed`.
 */
export async function openPack(
  reach: Pick<Platform, 'config' | 'resolve'>,
  source: PackSource,
  archives = ARCHIVES,
): Promise<PackFiles> {
  const { mirrorDir } = reach.config;
  const mirror = mirrorDir && join(mirrorDir, 'skills', source.owner, source.repo);
  if (mirror && (await isFolder(mirror)))
    return { files: walk(mirror, ''), branch: source.branch, warnings: [], close: async () => undefined };
  return fetchPack(reach, source, archives);
}

/** false for what is not there. */
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Every regular file below a folder, in order of names; links are not followed. */
async function* walk(root: string, below: string): AsyncGenerator<PackFile> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile()) yield { path, content: createReadStream(join(root, path)) };
  }
}

async function fetchPack(reach: Reach, { owner, repo, branch }: PackSource, archives: string): Promise<PackFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'mc-pack-'));
  const close = () => rm(folder, { recursive: true, force: true });
  const file = join(folder, 'pack.tar.gz');
  const base = `${archives}/${owner}/${repo}/tar.gz`;
  try {
    if (await fetchArchive(reach, `${base}/refs/heads/${branch}`, file))
      return { files: unpack(file), branch, warnings: [], close };
    if (!(await fetchArchive(reach, `${base}/HEAD`, file))) throw failed(`There is no repository ${owner}/${repo}.`);
    const warnings = [`There is no branch ${branch}: the default branch was read.`];
    return { files: unpack(file), branch: 'HEAD', warnings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const failed = (detail: string) => new Problem('skill_pack.fetch_failed', 502, detail, { isRetryable: false });

/** Whether there is such an archive. */
async function fetchArchive(reach: Reach, url: string, file: string): Promise<boolean> {
  const { status } = await download(reach, { url, file, ...LIMITS }).catch((error) => {
    throw error instanceof Problem ? failed(`GitHub could not be read: ${error.message}`) : error;
  });
  if (status === 404) return false;
  if (status !== 200) throw failed(`GitHub answered ${status}.`);
  return true;
}

/** The files of a compressed archive, without the folder that all of them are in. */
export async function* unpack(file: string): AsyncGenerator<PackFile> {
  const stream = createGunzip();
  pipeline(createReadStream(file), stream, () => undefined); // an error reaches whoever reads the stream
  try {
    for await (const { path, content } of readTar(stream, MAX_UNPACKED_BYTES))
      yield { path: path.slice(path.indexOf('/') + 1), content };
  } catch (error) {
    throw error instanceof Problem ? error : failed('The archive cannot be unpacked.');
  }
}
