import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { skillPackKeys, syncSkillPack } from '#console/api/queries/organization/skill-packs.ts';
import { skillKeys } from '#console/api/queries/organization/skills.ts';

/** What becomes of reading a pack. */
export type Sync =
  | { kind: 'queued' }
  | { kind: 'reading' }
  | { kind: 'ended'; result: Awaited<ReturnType<typeof syncSkillPack>> }
  | { kind: 'failed'; message: string };

/** Reads packs one after the other, and says how each fares. */
export function useSyncs() {
  const queryClient = useQueryClient();
  const [syncs, setSyncs] = useState<ReadonlyMap<string, Sync>>(new Map());
  const set = (packId: string, sync: Sync) => setSyncs((before) => new Map(before).set(packId, sync));
  const syncOne = async (packId: string) => {
    set(packId, { kind: 'reading' });
    try {
      set(packId, { kind: 'ended', result: await syncSkillPack(packId) });
    } catch (error) {
      set(packId, { kind: 'failed', message: toFailure(error).message });
    }
    void queryClient.invalidateQueries({ queryKey: skillPackKeys.all });
    void queryClient.invalidateQueries({ queryKey: skillKeys.all });
  };
  const sync = async (packIds: readonly string[]) => {
    for (const id of packIds) set(id, { kind: 'queued' });
    for (const id of packIds) await syncOne(id);
  };
  return { syncs, sync };
}
