import type { SyncOptions } from '#console/api/queries/gateways/gateway-agents.ts';

/** What a sync is asked for. */
export type SyncChoice = Pick<SyncOptions, 'board_id' | 'dry_run'> & Partial<Record<SyncFlag, boolean>>;

export const SYNC_FLAGS = [
  { flag: 'include_main', label: 'The main agent too', hint: 'It is set up when it is missing.' },
  { flag: 'lead_only', label: 'Leads only', hint: 'Workers keep their files as they are.' },
  {
    flag: 'overwrite',
    label: 'Overwrite what is kept',
    hint: 'USER.md and MEMORY.md are written even where the gateway has them: what agents noted there is lost.',
  },
  {
    flag: 'force_bootstrap',
    label: 'Write BOOTSTRAP.md again',
    hint: 'Leads go through their first steps once more.',
  },
  {
    flag: 'reset_sessions',
    label: 'Reset their sessions',
    hint: 'Their conversation starts empty. Files and credentials stay.',
  },
  {
    flag: 'rotate_tokens',
    label: 'New tokens',
    hint: 'Each agent gets a new one; the old one works for ten minutes more.',
  },
] as const satisfies readonly { flag: keyof SyncOptions; label: string; hint: string }[];

type SyncFlag = (typeof SYNC_FLAGS)[number]['flag'];
