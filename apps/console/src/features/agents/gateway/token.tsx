import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, rotateAgentToken } from '#console/api/queries/fleet/agents.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Mark, MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';

const HAS: StateLook = { tone: 'ok', shape: 'dot', word: 'Has a token' };
const HAS_NONE: StateLook = { tone: 'warn', shape: 'half', word: 'No token yet' };

/** Why a token is not where it should be: this gateway keeps no file for it, and an admin allowed the next best. */
const weaker = {
  env: 'Its gateway keeps no file for it: it is a variable that every agent there can read.',
  inline: 'Its gateway keeps no secrets: it stands in AGENTS.md, and so in every prompt and with the model’s provider.',
} as const;

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
        {agent.credential_mode !== null && agent.credential_mode !== 'file' && (
          <p className="flex items-baseline gap-2.5 rounded border border-warn bg-warn-soft px-3 py-2">
            <Mark look={{ tone: 'warn', shape: 'half', word: 'Warning' }} label="Warning" />
            {weaker[agent.credential_mode]}
          </p>
        )}
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
