import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BellRing, RotateCw } from 'lucide-react';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, nudgeAgent } from '#console/api/queries/fleet/agents.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

/** Wakes an agent; one whose set-up failed is set up again. */
export function NudgeButton({ agent }: { agent: Agent }) {
  const queryClient = useQueryClient();
  const how = agent.last_error ? 'retry' : 'wake';
  const name = toVisibleText(agent.name);
  const nudge = useMutation({
    mutationFn: () => nudgeAgent(agent.id, how),
    onSuccess: () => {
      toast.done(how === 'wake' ? `${name} is being woken.` : `${name} is being set up again.`);
      return queryClient.invalidateQueries({ queryKey: agentKeys.detail(agent.id) });
    },
    onError: (error) => toast.failed(`Not done: ${toFailure(error).message}`),
  });
  return (
    <IconButton
      label={how === 'wake' ? `Wake ${name}` : `Set ${name} up again`}
      icon={how === 'wake' ? BellRing : RotateCw}
      disabled={nudge.isPending}
      onClick={() => nudge.mutate()}
    />
  );
}
