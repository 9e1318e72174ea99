import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#server/platform/config.ts';
import { hashToken } from '#server/platform/ids.ts';

/** The sign-in token of local mode. */
export interface LocalToken {
  hash: Buffer;
  /** The token itself, when this start made it: it is printed once, as a link. */
  fresh: string | undefined;
  /** The file that holds it; undefined when LOCAL_AUTH_TOKEN gives it. */
  file: string | undefined;
}

/** Reads the token from the configuration or its file (0600), or makes it. */
export async function loadLocalToken(config: Config): Promise<LocalToken> {
  if (config.localAuthToken) return { hash: hashToken(config.localAuthToken), fresh: undefined, file: undefined };
  const file = join(config.dataDir, 'local-token');
  const fresh = randomBytes(32).toString('hex');
  try {
    await writeFile(file, `${fresh}\n`, { mode: 0o600, flag: 'wx' });
    return { hash: hashToken(fresh), fresh, file };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { hash: hashToken((await readFile(file, 'utf8')).trim()), fresh: undefined, file };
  }
}
