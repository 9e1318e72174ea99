import { z } from 'zod';
import { SideEffect } from '../versions/manifest.schema.ts';

const Tool = z.string().min(1).max(128);
const Stores = z.array(z.string().min(1).max(128)).max(256);
const ToolData = z.object({ read: Stores.optional(), write: Stores.optional() });

/** What a person says of a declared tool. */
export const ToolOverrideSet = z
  .object({
    tool: Tool.describe('As the active version declares it.'),
    side_effect: SideEffect.nullable().default(null).describe('Null leaves what is declared.'),
    data: ToolData.nullable().default(null).describe('The stores that it touches; null leaves what is declared.'),
    is_denied: z.boolean().default(false).describe('It counts as not declared.'),
    reason: z.string().trim().min(1).max(500),
  })
  .refine(({ side_effect, data, is_denied }) => side_effect !== null || data !== null || is_denied, {
    message: 'says nothing: side_effect, data or is_denied',
  })
  .meta({ id: 'ToolOverrideSet' });
export type ToolOverrideSet = z.infer<typeof ToolOverrideSet>;

const ToolOverride = z.object({
  side_effect: SideEffect.nullable(),
  data: ToolData.nullable(),
  is_denied: z.boolean(),
  reason: z.string(),
  set_by: z.object({ kind: z.string(), id: z.string() }).describe('Who said it.'),
  set_at: z.iso.datetime(),
  is_suspended: z
    .boolean()
    .describe('The arguments are declared otherwise by now: only what is stricter counts until somebody looks.'),
});

/** A tool as it counts, and what was said of it. */
export const ToolInForce = z
  .object({
    tool: z.string(),
    declared_side_effect: SideEffect.nullable().describe('Null for a tool that the active version does not declare.'),
    side_effect: SideEffect.nullable().describe('As it counts; null for a tool that may not be called.'),
    data: ToolData.nullable(),
    override: ToolOverride.nullable(),
  })
  .meta({ id: 'ToolInForce' });
export type ToolInForce = z.infer<typeof ToolInForce>;
