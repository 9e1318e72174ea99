import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy';

/** What the server tells this process. */
export interface Command {
  id: string;
  seq: number;
  type: string;
  expires_at: string;
  body: Record<string, unknown>;
}

/** Whether something from the wire was signed by this process's command key (base64) and is unchanged. */
export function isSigned(key: string, value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { mac, ...signed } = value as Record<string, unknown>;
  if (typeof mac !== 'string') return false;
  const due = createHmac('sha256', Buffer.from(key, 'base64')).update(canonicalJson(signed)).digest();
  const given = Buffer.from(mac, 'base64');
  return given.length === due.length && timingSafeEqual(given, due);
}

/** Reads a command. Undefined for what is not signed or not whole. */
export function parseCommand(key: string, value: unknown): Command | undefined {
  if (!isSigned(key, value)) return undefined;
  const { id, seq, type, expires_at, body } = value as Partial<Command>;
  const isWhole =
    typeof id === 'string' &&
    typeof seq === 'number' &&
    typeof type === 'string' &&
    typeof expires_at === 'string' &&
    typeof body === 'object' &&
    body !== null;
  return isWhole ? { id, seq, type, expires_at, body } : undefined;
}
