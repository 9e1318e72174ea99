import { createHash } from 'node:crypto';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { withoutCredentials } from '#server/platform/text/without-credentials.rules.ts';
import { insertFile, saveFileWritten } from './agent-files.store.ts';

export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');

interface FileVersion {
  agentId: string;
  name: string;
  content: string;
  /** Given when that is what the gateway has. */
  gatewayHash: string | null;
  /** Somebody else wrote it: what becomes of it is to be decided, or was asked for already. */
  found?: 'undecided' | 'overwrite' | undefined;
}

/** Keeps a file as a version, without credentials. */
export async function keepVersion(
  tx: TxContext,
  { agentId, name, content, gatewayHash, found }: FileVersion,
): Promise<{ id: string; version_no: number }> {
  const id = newId(tx.now());
  const text = withoutCredentials(content);
  const version_no = await insertFile(tx, {
    ...{ id, agent_id: agentId, name, content: text, content_hash: hashText(text) },
    ...{ found: found !== undefined, decision: found === 'overwrite' ? found : null },
  });
  if (gatewayHash !== null) await saveFileWritten(tx, id, gatewayHash);
  return { id, version_no };
}
