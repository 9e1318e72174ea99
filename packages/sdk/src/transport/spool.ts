import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DropCounts } from '../wire.ts';
import type { Batch } from './batch.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
const FOLDER = /^([0-9a-f-]{36})\.(\d+)$/;
const FILE = /^(\d+)\.(\d+)\.(gzip|identity)$/;

interface SpooledFile {
  path: string;
  producer: string;
  number: number;
  events: number;
  encoding: Batch['encoding'];
  size: number;
  at: number;
}

export interface SpoolOptions {
  /** Where spools of this server and these agents lie. */
  root: string;
  producer: string;
  drops: DropCounts;
}

/** The folder of a server, key and set of agents: processes that share it may send each other's batches. */
export function toSpoolRoot(dir: string | undefined, identity: readonly string[]): string | undefined {
  if (dir === 'off') return undefined;
  const base = dir ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mission-control', 'spool');
  return join(base, createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16));
}

/**
 * Batches on disk while the server is away: a folder `<producer>.<pid>` per process, whose name is its lock, and a file
 * `<number>.<events>.<encoding>` per batch. Renaming the folder of a dead process adopts it; only one can win.
 */
export class Spool {
  readonly #root: string;
  readonly #folder: string;
  readonly #drops: DropCounts;

  constructor({ root, producer, drops }: SpoolOptions) {
    this.#root = root;
    this.#folder = join(root, `${producer}.${process.pid}`);
    this.#drops = drops;
  }

  /** Stores a batch. False when the folder cannot be written; a full spool counts the loss. */
  async save(batch: Batch): Promise<boolean> {
    const size = (await this.#listFiles()).reduce((sum, file) => sum + file.size, 0);
    if (size + batch.body.length > MAX_BYTES) {
      this.#drops.spool_full += batch.events;
      return true;
    }
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const path = join(this.#folder, `${batch.number}.${batch.events}.${batch.encoding}`);
      await writeFile(path, batch.body, { mode: 0o600 });
      return true;
    } catch {
      // A read-only home is common in containers: the batch stays in memory then.
      return false;
    }
  }

  /** The oldest batch of this process and of the dead ones it adopted, or undefined. */
  async findOldest(): Promise<{ batch: Batch; remove: () => Promise<void> } | undefined> {
    for (const file of (await this.#listFiles()).sort((a, b) => a.at - b.at || a.number - b.number)) {
      const body = await readFile(file.path).catch(() => undefined);
      if (!body) continue;
      const { path, producer, number, events, encoding } = file;
      return {
        batch: { producer, number, events, encoding, body, hashes: [] },
        remove: () => rm(path, { force: true }),
      };
    }
    return undefined;
  }

  /** Takes over the folders of processes that are no more. */
  async adopt(): Promise<void> {
    for (const name of await readdir(this.#root).catch(() => [])) {
      const [, producer, pid] = FOLDER.exec(name) ?? [];
      const folder = join(this.#root, name);
      if (!producer || folder === this.#folder || isAlive(Number(pid))) continue;
      // Another process may have been faster; then there is nothing left to rename.
      await rename(folder, join(this.#root, `${producer}.${process.pid}`)).catch(() => undefined);
    }
  }

  /** Removes what this process holds when it is empty. */
  async close(): Promise<void> {
    for (const folder of await this.#listFolders()) {
      const left = await readdir(folder.path).catch(() => ['unknown']);
      if (left.length === 0) await rm(folder.path, { recursive: true, force: true });
    }
  }

  async #listFolders(): Promise<{ path: string; producer: string }[]> {
    const names = await readdir(this.#root).catch(() => []);
    return names.flatMap((name) => {
      const [, producer, pid] = FOLDER.exec(name) ?? [];
      return producer && Number(pid) === process.pid ? [{ path: join(this.#root, name), producer }] : [];
    });
  }

  async #listFiles(): Promise<SpooledFile[]> {
    const files: SpooledFile[] = [];
    for (const { path: folder, producer } of await this.#listFolders()) {
      for (const name of await readdir(folder).catch(() => [])) {
        const file = await toFile(join(folder, name), name, producer);
        if (file && Date.now() - file.at <= MAX_AGE_MS) files.push(file);
        else if (file) await this.#expire(file);
      }
    }
    return files;
  }

  async #expire(file: SpooledFile): Promise<void> {
    this.#drops.spool_full += file.events;
    await rm(file.path, { force: true });
  }
}

async function toFile(path: string, name: string, producer: string): Promise<SpooledFile | undefined> {
  const [, number, events, encoding] = FILE.exec(name) ?? [];
  if (encoding !== 'gzip' && encoding !== 'identity') return undefined;
  const found = await stat(path).catch(() => undefined);
  return (
    found && {
      path,
      producer,
      number: Number(number),
      events: Number(events),
      encoding,
      size: found.size,
      at: found.mtimeMs,
    }
  );
}

/** A process with our own number that has another folder died before we began. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
