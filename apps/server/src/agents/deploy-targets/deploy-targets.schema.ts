import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';

export const DeployTargetKind = z.enum(['webhook', 'command', 'kubernetes']);
export type DeployTargetKind = z.infer<typeof DeployTargetKind>;

const Url = z.string().trim().min(1).max(2000).describe('https://…; http:// only where private addresses are allowed.');
/** A label of DNS, as names in Kubernetes are. */
const KubeName = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'must be a name as Kubernetes has them');

export const WebhookConfig = z.strictObject({ url: Url });
export type WebhookConfig = z.infer<typeof WebhookConfig>;

export const CommandConfig = z.strictObject({
  argv: z.array(z.string().min(1).max(2000)).min(1).max(64).describe('The program and its arguments; no shell.'),
});
export type CommandConfig = z.infer<typeof CommandConfig>;

export const KubernetesConfig = z.strictObject({
  api_url: Url,
  namespace: KubeName,
  deployment: KubeName,
  container: KubeName,
  ca: z
    .string()
    .max(65_536)
    .optional()
    .describe('Certificate authorities in PEM, believed instead of the public ones.'),
});
export type KubernetesConfig = z.infer<typeof KubernetesConfig>;

const Config = z.union([WebhookConfig, CommandConfig, KubernetesConfig]);
const Name = z.string().trim().min(1).max(200);
const Secret = z
  .string()
  .min(1)
  .max(16_384)
  .describe(
    'Of a webhook what signs its calls (made here when left out), of kubernetes the bearer token. Never answered.',
  );

export const DeployTarget = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: DeployTargetKind,
    config: Config,
    has_secret: z.boolean(),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'DeployTarget' });
export type DeployTarget = z.infer<typeof DeployTarget>;

export const DeployTargetPage = cursorPage(DeployTarget).meta({ id: 'DeployTargetPage' });

export const DeployTargetCreate = z
  .discriminatedUnion('kind', [
    z.object({ name: Name, kind: z.literal('webhook'), config: WebhookConfig, secret: Secret.optional() }),
    z.object({ name: Name, kind: z.literal('command'), config: CommandConfig }),
    z.object({ name: Name, kind: z.literal('kubernetes'), config: KubernetesConfig, secret: Secret }),
  ])
  .meta({ id: 'DeployTargetCreate' });
export type DeployTargetCreate = z.infer<typeof DeployTargetCreate>;

export const DeployTargetUpdate = z
  .object({
    name: Name,
    config: Config.describe('Of the kind that the target has.'),
    secret: Secret,
    version: z.int().describe('The version that the caller saw; another one is refused.'),
  })
  .partial()
  .meta({ id: 'DeployTargetUpdate' });
export type DeployTargetUpdate = z.infer<typeof DeployTargetUpdate>;

/** The one answer that holds a secret, when it was made here. */
export const DeployTargetCreated = DeployTarget.extend({
  secret: z.string().nullable().describe('whsec_…, when it was made here; shown in this answer only.'),
}).meta({ id: 'DeployTargetCreated' });
export type DeployTargetCreated = z.infer<typeof DeployTargetCreated>;

export const DeployTargetTest = z.object({ ok: z.boolean(), message: z.string() }).meta({ id: 'DeployTargetTest' });
export type DeployTargetTest = z.infer<typeof DeployTargetTest>;
