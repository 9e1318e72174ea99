import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Gateway, Skill } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { changeInstall, skillKeys } from '#console/api/queries/organization/skills.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';

const INSTALLED: StateLook = { tone: 'ok', shape: 'dot', word: 'Installed' };
const ABSENT: StateLook = { tone: 'idle', shape: 'ring', word: 'Not installed' };
const SENDING: StateLook = { tone: 'run', shape: 'target', word: 'Telling the agent' };
const FAILED: StateLook = { tone: 'bad', shape: 'diamond', word: 'Not told' };

/** One gateway: whether it has the skill, and what becomes of the wish to change that. */
export function InstallLine({ skill, gateway }: { skill: Skill; gateway: Gateway }) {
  const queryClient = useQueryClient();
  const isInstalled = skill.gateway_ids.includes(gateway.id);
  const change = useMutation({
    mutationFn: () =>
      changeInstall(isInstalled ? 'uninstall' : 'install', { skillId: skill.id, gatewayId: gateway.id }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: skillKeys.all }),
  });
  const look = change.isPending ? SENDING : change.isError ? FAILED : isInstalled ? INSTALLED : ABSENT;
  return (
    <li className="grid gap-1 border-b px-4 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <span className="min-w-0 flex-1 basis-32 truncate font-medium">
          <ForeignText text={gateway.name} />
        </span>
        <MarkedWord look={look} />
        <Button isBusy={change.isPending} onClick={() => change.mutate()}>
          {isInstalled ? 'Uninstall' : 'Install'}
        </Button>
      </div>
      {change.error && (
        <p role="alert" className="text-sm text-bad">
          {toFailure(change.error).message}
        </p>
      )}
    </li>
  );
}
