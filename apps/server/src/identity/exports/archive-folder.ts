import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#server/platform/config.ts';

/** Where an organization's archives lie. */
const folderOf = ({ dataDir }: Config, orgId: string): string => join(dataDir, 'exports', orgId);

export async function removeExports(config: Config, orgId: string): Promise<void> {
  await rm(folderOf(config, orgId), { recursive: true, force: true });
}
