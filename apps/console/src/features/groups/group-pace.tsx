import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { applyPace, groupPaceEffectQuery } from '#console/api/queries/work/board-groups.ts';
import { parsePace } from '#console/lib/form/pace.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { PaceField } from '#console/ui/entry/pace-field.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';

interface GroupPaceProps {
  groupId: string;
  boardIds: readonly string[];
}

/** One pace of scheduled turns for every agent of the group, with what it comes to in a day. */
export function GroupPace({ groupId, boardIds }: GroupPaceProps) {
  const queryClient = useQueryClient();
  const [every, setEvery] = useState('off');
  const [isWithLeads, setWithLeads] = useState(false);
  const agents = useItems(useInfiniteQuery(agentsQuery({})).data).filter(
    ({ board_id, kind, managed }) =>
      board_id !== null &&
      boardIds.includes(board_id) &&
      managed &&
      (kind === 'worker' || (isWithLeads && kind === 'lead')),
  );
  const isOn = (parsePace(every) ?? 0) > 0;
  const pace = { every: every.trim(), include_board_leads: isWithLeads };
  const effect = useQuery({ ...groupPaceEffectQuery(groupId, pace), enabled: isOn }).data;
  const apply = useMutation({
    mutationFn: () => applyPace(groupId, pace),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: agentKeys.lists }),
  });
  return (
    <Section title="Pace of its agents">
      <Panel className="grid gap-4 p-4">
        <PaceField
          label="Scheduled turns"
          every={every}
          onChange={setEvery}
          agents={agents.length}
          effect={isOn ? effect : undefined}
        />
        <Check label="Leads too" isChecked={isWithLeads} onChange={setWithLeads} />
        <div>
          <Button isBusy={apply.isPending} disabled={parsePace(every) === undefined} onClick={() => apply.mutate()}>
            Set the pace
          </Button>
        </div>
        {apply.error && (
          <p role="alert" className="text-bad">
            {toFailure(apply.error).message}
          </p>
        )}
        {apply.data && (
          <p role="status">
            {plural(apply.data.updated_agent_ids.length, 'agent')} set; their gateways are told.
            {apply.data.failed_agent_ids.length > 0 &&
              ` ${plural(apply.data.failed_agent_ids.length, 'agent')} not: they are only observed.`}
          </p>
        )}
      </Panel>
    </Section>
  );
}
