/** Our tokens wherever they stand in a text: `mca_`, `mcs_`, `mcp_` and 20 or more characters of base64url. */
const TOKEN = /mc[a-z]_[A-Za-z0-9_-]{20,}/g;
const REMOVED = '[a credential stood here]';
/** Shorter ones are words that texts may hold anyway. */
const MIN_SECRET = 8;

/**
 * A text without credentials of ours, and without `secret` when one is given: what agents are told never carries one,
 * whoever wrote it.
 */
export function withoutCredentials(text: string, secret: string | null = null): string {
  const rest = text.replace(TOKEN, REMOVED);
  return secret !== null && secret.length >= MIN_SECRET ? rest.replaceAll(secret, REMOVED) : rest;
}
