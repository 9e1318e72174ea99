import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, decideFile, type FileDecision } from '#console/api/queries/fleet/agents.ts';
import { Button } from '#console/ui/control/button.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { isOwnText } from './restore.ts';

interface FoundTextProps {
  agentId: string;
  name: string;
  /** The version that somebody else wrote. */
  versionNo: number;
  onClose: () => void;
}

const done: Record<FileDecision, string> = {
  keep: 'It stays beside ours.',
  take_over: 'It is the text from now on. The gateway follows.',
  overwrite: 'Ours is put over it. The gateway follows.',
};

/** Somebody wrote into a file of ours at the gateway: what is to become of it. */
export function FoundText({ agentId, name, versionNo, onClose }: FoundTextProps) {
  const queryClient = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: FileDecision) => decideFile(agentId, name, { version_no: versionNo, decision }),
    onSuccess: (_agent, decision) => {
      toast.done(done[decision]);
      onClose();
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: agentKeys.files(agentId) }),
        queryClient.invalidateQueries({ queryKey: agentKeys.detail(agentId) }),
      ]),
  });
  return (
    <div className="grid gap-2 rounded border border-warn bg-warn-soft px-3 py-2.5">
      <p className="font-medium">Somebody wrote version {versionNo} at the gateway; our text was added to it.</p>
      <div className="flex flex-wrap gap-2">
        <Button isBusy={decide.isPending} onClick={() => decide.mutate('keep')}>
          Keep both
        </Button>
        {isOwnText(name) && (
          <Button isBusy={decide.isPending} onClick={() => decide.mutate('take_over')}>
            Take it over
          </Button>
        )}
        <Button isBusy={decide.isPending} onClick={() => decide.mutate('overwrite')}>
          Overwrite it
        </Button>
      </div>
      {decide.error && (
        <p role="alert" className="text-bad">
          {toFailure(decide.error).message}
        </p>
      )}
    </div>
  );
}
