import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, rotateAgentToken } from '#console/api/queries/fleet/agents.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';

const HAS: StateLook = { tone: 'ok', shape: 'dot', word: 'Has a token' };
const HAS_NONE: StateLook = { tone: 'warn', shape: 'half', word: 'No token yet' };

/** How an agent proves who it is; its token is never shown. */
export function Token({ agent, isAdmin }: { agent: Agent; isAdmin: boolean }) {
  const queryClient = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => rotateAgentToken(agent.id),
    onSuccess: () => toast.done('A new token is on its way; the old one works until it is in place.'),
    onError: (error) => toast.failed(`Not changed: ${toFailure(error).message}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: agentKeys.detail(agent.id) }),
  });
  return (
    <Section
      title="Token"
      aside={
        isAdmin &&
        agent.managed && (
          <Button isBusy={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate
          </Button>
        )
      }
    >
      <Panel className="grid gap-1 px-4 py-3">
        <MarkedWord look={agent.has_token ? HAS : HAS_NONE} />
        <p className="text-sm text-fg-3">
          {agent.token_rotated_at === null ? (
            'Never rotated.'
          ) : (
            <>
              Rotated <Ago at={agent.token_rotated_at} />.
            </>
          )}
        </p>
      </Panel>
    </Section>
  );
}
