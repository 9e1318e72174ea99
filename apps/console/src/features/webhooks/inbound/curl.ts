import type { BoardWebhook } from '#console/api/contract.ts';

/** The full address that the other system calls. */
export const toEndpoint = ({ endpoint_url, endpoint_path }: BoardWebhook) =>
  endpoint_url ?? `${window.location.origin}${endpoint_path}`;

/** Lines that call the webhook from a shell, signed when it has a secret. */
export function toCurl(webhook: BoardWebhook): string {
  const url = toEndpoint(webhook);
  const body = `BODY='{"hello":"board"}'`;
  const call = `curl -X POST '${url}' \\\n  -H 'Content-Type: application/json'`;
  if (!webhook.has_secret) return `${body}\n${call} \\\n  -d "$BODY"`;
  const header = webhook.signature_header ?? 'X-Hub-Signature-256';
  const sign = `SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')`;
  return `SECRET='…'\n${body}\n${sign}\n${call} \\\n  -H "${header}: sha256=$SIGNATURE" \\\n  -d "$BODY"`;
}
