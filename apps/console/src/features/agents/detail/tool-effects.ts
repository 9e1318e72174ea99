import type { Manifest } from '#console/api/contract.ts';

export type SideEffect = Manifest['tools'][number]['side_effect'];

/** What calling a tool does, in words. */
export const effects: Record<SideEffect, { word: string; tone: 'plain' | 'warn' | 'bad'; title: string }> = {
  pure: { word: 'pure', tone: 'plain', title: 'Changes nothing and reads nothing outside' },
  read: { word: 'read', tone: 'plain', title: 'Only reads' },
  idempotent_write: {
    word: 'idempotent write',
    tone: 'warn',
    title: 'Changes something; calling it twice does no more than once',
  },
  non_idempotent: { word: 'non-idempotent', tone: 'bad', title: 'Calling it twice does it twice' },
};
