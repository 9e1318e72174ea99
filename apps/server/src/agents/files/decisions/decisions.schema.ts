import { z } from 'zod';

/** What becomes of a text that somebody else wrote into a file of ours. */
export const FileDecision = z.enum(['keep', 'take_over', 'overwrite']);
export type FileDecision = z.infer<typeof FileDecision>;

export const FileDecisionRequest = z
  .object({
    version_no: z.int().min(1).describe('The version that was found, so that nobody decides about another one.'),
    decision: FileDecision.describe(
      'keep: it stays beside our text; take_over: it is the text from now on (SOUL.md and IDENTITY.md); overwrite: only ours stays.',
    ),
  })
  .meta({ id: 'FileDecisionRequest' });
export type FileDecisionRequest = z.infer<typeof FileDecisionRequest>;
