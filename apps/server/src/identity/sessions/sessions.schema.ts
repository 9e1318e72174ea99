import { z } from 'zod';

export const SessionCreate = z
  .object({
    token: z
      .string()
      .min(1)
      .max(16_384)
      .describe(
        'The local sign-in token, a personal access token of scope admin, or a token of the identity provider.',
      ),
  })
  .meta({ id: 'SessionCreate' });
export type SessionCreate = z.infer<typeof SessionCreate>;
