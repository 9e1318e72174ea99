import { createHmac } from 'node:crypto';

/**
 * The headers of Standard Webhooks: `v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body`.
 * @param secret `whsec_` and the key in base64. @param at seconds are used.
 */
export function signMessage(secret: string, { id, body, at }: { id: string; body: string; at: Date }) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
