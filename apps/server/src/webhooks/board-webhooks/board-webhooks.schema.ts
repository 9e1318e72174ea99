import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';

const toNull = (text: string | null): string | null => text?.trim() || null;

const Description = z.string().trim().min(1).max(20_000);
const Secret = z
  .string()
  .max(1000)
  .nullable()
  .transform(toNull)
  .describe('Signs every call: HMAC-SHA-256 of the body. Blank or null: calls need no signature.');
const SignatureHeader = z
  .string()
  .max(200)
  .regex(/^\s*[!#$%&'*+.^_`|~0-9A-Za-z-]*\s*$/, 'A header name.')
  .nullable()
  .transform(toNull)
  .describe('Where the signature stands; else X-Hub-Signature-256 or X-Webhook-Signature.');
const AgentId = z.uuid().nullable().describe('An agent of this board; the lead when null.');

export const BoardWebhookRead = z
  .object({
    id: z.uuid(),
    board_id: z.uuid(),
    agent_id: z.uuid().nullable(),
    description: z.string(),
    enabled: z.boolean(),
    has_secret: z.boolean(),
    signature_header: z.string().nullable(),
    endpoint_path: z.string(),
    endpoint_url: z.string().nullable(),
    last_received_at: z.iso.datetime().nullable(),
    failed_deliveries: z.int().describe('Deliveries that were given up.'),
    previous_secret_valid_until: z.iso.datetime().nullable(),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'BoardWebhookRead' });
export type BoardWebhookRead = z.infer<typeof BoardWebhookRead>;

export const BoardWebhookPage = offsetPage(BoardWebhookRead).meta({ id: 'Page_BoardWebhookRead' });

export const BoardWebhookCreate = z
  .object({
    description: Description,
    enabled: z.boolean().default(true),
    agent_id: AgentId.default(null),
    secret: Secret.default(null),
    signature_header: SignatureHeader.default(null),
  })
  .meta({ id: 'BoardWebhookCreate' });
export type BoardWebhookCreate = z.infer<typeof BoardWebhookCreate>;

export const BoardWebhookUpdate = z
  .object({
    description: Description,
    enabled: z.boolean(),
    agent_id: AgentId,
    secret: Secret,
    signature_header: SignatureHeader,
    version: z.int().describe('The version that the caller saw; another one is refused.'),
  })
  .partial()
  .meta({ id: 'BoardWebhookUpdate' });
export type BoardWebhookUpdate = z.infer<typeof BoardWebhookUpdate>;

/** The one answer that holds a secret. */
export const BoardWebhookSecret = BoardWebhookRead.extend({ secret: z.string() }).meta({ id: 'BoardWebhookSecret' });
export type BoardWebhookSecret = z.infer<typeof BoardWebhookSecret>;
