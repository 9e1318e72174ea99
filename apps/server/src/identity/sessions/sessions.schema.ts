import { z } from 'zod';

export const SessionCreate = z
  .object({ token: z.string().min(1).max(4096).describe('The local sign-in token.') })
  .meta({ id: 'SessionCreate' });
export type SessionCreate = z.infer<typeof SessionCreate>;
