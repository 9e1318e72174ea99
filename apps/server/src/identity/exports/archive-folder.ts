import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from '#server/platform/config.ts';

/** An archive of an organization: one file, named by the job that wrote it. */
export interface Archive {
  orgId: string;
  jobId: string;
}

const rootOf = ({ dataDir }: Config): string => join(dataDir, 'exports');
const folderOf = (config: Config, orgId: string): string => join(rootOf(config), orgId);
const nameOf = (jobId: string): string => `${jobId}.json`;

/** Writes an archive and then puts it in the place of the organization's older ones; returns its size. */
export async function writeArchive(
  config: Config,
  { orgId, jobId }: Archive,
  write: (file: FileHandle) => Promise<void>,
): Promise<number> {
  const folder = folderOf(config, orgId);
  const part = join(folder, `${nameOf(jobId)}.part`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(part, 'w', 0o600);
  try {
    await write(file);
  } finally {
    await file.close();
  }
  await rename(part, join(folder, nameOf(jobId)));
  for (const name of await readdir(folder)) if (name !== nameOf(jobId)) await rm(join(folder, name), { force: true });
  return (await stat(join(folder, nameOf(jobId)))).size;
}

/** The content of an archive with its size; undefined when it is not there any more. */
export async function openArchive(
  config: Config,
  { orgId, jobId }: Archive,
): Promise<{ content: Readable; size: number } | undefined> {
  const path = join(folderOf(config, orgId), nameOf(jobId));
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return found && { content: createReadStream(path), size: found.size };
}

export async function removeExports(config: Config, orgId: string): Promise<void> {
  await rm(folderOf(config, orgId), { recursive: true, force: true });
}

/** Removes what was written before an instant, whosever it is. */
export async function removeOldArchives(config: Config, before: Date): Promise<void> {
  const root = rootOf(config);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await stat(path)).mtime < before) await rm(path, { force: true });
  }
}
