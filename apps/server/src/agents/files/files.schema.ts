import { z } from 'zod';
import { FileDecision } from './decisions/decisions.schema.ts';

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
    undecided_version_no: z
      .int()
      .nullable()
      .describe('A text that somebody else wrote there, about which people are to decide.'),
  })
  .meta({ id: 'AgentFileRead' });
export type AgentFileRead = z.infer<typeof AgentFileRead>;

/** One version with its text; credentials are left out of it. */
export const AgentFileVersion = AgentFileRead.omit({ versions: true, undecided_version_no: true })
  .extend({
    content: z.string(),
    found: z.boolean().describe('Somebody else wrote it at the gateway.'),
    decision: FileDecision.nullable().describe('What became of what was found; null while nobody decided.'),
  })
  .meta({ id: 'AgentFileVersion' });
export type AgentFileVersion = z.infer<typeof AgentFileVersion>;
