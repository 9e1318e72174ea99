import { z } from 'zod';

/** A file of an agent as it is to stand in its workspace; the newest of its versions. */
export const AgentFileRead = z
  .object({
    name: z.string(),
    version_no: z.int(),
    versions: z.int().describe('How many versions are kept.'),
    content_hash: z.string(),
    gateway_hash: z.string().nullable().describe('The hash of what the gateway took; null while it is to be written.'),
    written_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'AgentFileRead' });
export type AgentFileRead = z.infer<typeof AgentFileRead>;

/** One version with its text; credentials are left out of it. */
export const AgentFileVersion = AgentFileRead.omit({ versions: true })
  .extend({ content: z.string() })
  .meta({ id: 'AgentFileVersion' });
export type AgentFileVersion = z.infer<typeof AgentFileVersion>;
