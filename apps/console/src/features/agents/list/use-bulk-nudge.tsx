import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BellRing, RotateCw } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, nudgeAgent } from '#console/api/queries/fleet/agents.ts';
import { type Selection, useSelection } from '#console/lib/browser/use-selection.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { SelectionBar } from '#console/ui/layout/selection-bar.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

interface BulkNudge {
  selection: Selection & { canChoose: (agent: Agent) => boolean };
  /** The bar of what is chosen, which floats over the list. */
  bar: ReactNode;
}

/** Agents that a gateway runs for us can be woken and provisioned; processes of the SDK come by themselves. */
const canNudge = ({ gateway_id, managed }: Agent) => gateway_id !== null && managed;

const idOf = ({ id }: Agent) => id;

/** Wakes several agents, or provisions them again, and names those that could not be. */
export function useBulkNudge(agents: readonly Agent[]): BulkNudge {
  const order = useMemo(() => agents.map(idOf), [agents]);
  const selection = useSelection(order);
  const chosen = agents.filter(({ id }) => selection.chosen.has(id));
  const nudge = useNudge(selection.clear);
  const run = (how: 'wake' | 'retry') => nudge.mutate({ agents: chosen, how });
  const bar = chosen.length > 0 && (
    <SelectionBar
      onClear={selection.clear}
      actions={
        <>
          <Button icon={BellRing} isBusy={nudge.isPending} onClick={() => run('wake')}>
            Wake
          </Button>
          <Button icon={RotateCw} isBusy={nudge.isPending} onClick={() => run('retry')}>
            Provision again
          </Button>
        </>
      }
    >
      {plural(chosen.length, 'agent')}
    </SelectionBar>
  );
  return { selection: { ...selection, canChoose: canNudge }, bar };
}

interface Nudge {
  agents: readonly Agent[];
  how: 'wake' | 'retry';
}

function useNudge(onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    /** One after the other: each is a small write, and a browser sends only a few at once. */
    mutationFn: async ({ agents, how }: Nudge) => {
      const failures: string[] = [];
      for (const agent of agents) {
        try {
          await nudgeAgent(agent.id, how);
        } catch (error) {
          failures.push(`${toVisibleText(agent.name)}: ${toFailure(error).message}`);
        }
      }
      return failures;
    },
    onSuccess: (failures, { agents, how }) => {
      const count = agents.length - failures.length;
      const done = how === 'wake' ? 'being woken' : 'being provisioned';
      if (count > 0) toast.done(`${plural(count, 'agent')} ${done}.`);
      for (const failure of failures) toast.failed(failure);
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: agentKeys.lists }),
  });
}
