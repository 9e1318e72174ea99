import { z } from 'zod';
import { LastError } from '#server/platform/http/fields.schema.ts';

const Name = z.string().trim().min(1).max(200);
const Url = z.string().trim().min(1).max(2000).describe('ws:// or wss://, without a user name.');
const Token = z.string().max(10_000);
const WorkspaceRoot = z.string().trim().min(1).max(500);
const CredentialDelivery = z
  .enum(['file', 'env', 'inline'])
  .describe('The weakest way in which tokens may reach agents; file keeps them out of prompts.');

export const GatewayStatus = z.enum(['unknown', 'connecting', 'connected', 'disconnected', 'needs_attention']);

export const GatewayRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    name: z.string(),
    url: z.string(),
    workspace_root: z.string(),
    allow_insecure_tls: z.boolean(),
    disable_device_pairing: z.boolean(),
    token: z.string().nullable().describe('Always null: a token is written and never read.'),
    has_token: z.boolean(),
    credential_delivery: CredentialDelivery,
    status: GatewayStatus,
    server_version: z.string().nullable(),
    protocol: z.int().nullable(),
    last_connected_at: z.iso.datetime().nullable(),
    last_error: LastError.nullable(),
    device_id: z.string().nullable(),
    agents_count: z.int().describe('Agents of ours on it, the main one with them.'),
    boards_count: z.int(),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'GatewayRead' });
export type GatewayRead = z.infer<typeof GatewayRead>;

export const GatewayCreate = z
  .object({
    name: Name,
    url: Url,
    workspace_root: WorkspaceRoot,
    allow_insecure_tls: z.boolean().default(false),
    disable_device_pairing: z.boolean().default(false),
    token: Token.nullable().default(null),
    credential_delivery: CredentialDelivery.default('file'),
    provision_main: z.boolean().default(true),
  })
  .meta({ id: 'GatewayCreate' });
export type GatewayCreate = z.infer<typeof GatewayCreate>;

export const GatewayUpdate = z
  .object({
    name: Name,
    url: Url,
    token: Token.nullable().describe('Null: unchanged; blank: cleared.'),
    workspace_root: WorkspaceRoot,
    allow_insecure_tls: z.boolean(),
    disable_device_pairing: z.boolean(),
    credential_delivery: CredentialDelivery,
    version: z.int().min(1),
  })
  .partial()
  .meta({ id: 'GatewayUpdate' });
export type GatewayUpdate = z.infer<typeof GatewayUpdate>;
