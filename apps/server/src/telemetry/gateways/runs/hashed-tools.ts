import { createHash } from 'node:crypto';
import { mergeTool, type RunRecord, type Sent } from './record.rules.ts';

const HASHED = 'sha256:';

/** A tool call of which only the ledger told, under the hash of its id. */
const isHashed = (key: string): boolean => key.startsWith(HASHED);

const toHashed = (key: string): string => `${HASHED}${createHash('sha256').update(key).digest('hex')}`;

/** The ledger names tool calls by the hash of their id: joins what it told to the calls that are known by name. */
export function joinHashedTools(record: RunRecord, sent: Sent): void {
  const hashed = [...record.tools.values()].filter(({ key }) => isHashed(key));
  if (hashed.length === 0) return;
  const known = [...record.tools.keys(), ...sent.closed].filter((key) => !isHashed(key));
  const byHash = new Map(known.map((key) => [toHashed(key), key]));
  for (const tool of hashed) {
    const key = byHash.get(tool.key);
    if (key === undefined) continue;
    record.tools.delete(tool.key);
    const twin = record.tools.get(key);
    if (twin) mergeTool(twin, tool);
  }
}
