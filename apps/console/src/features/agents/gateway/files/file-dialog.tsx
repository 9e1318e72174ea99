import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Agent, AgentFileVersion } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { type AgentUpdate, agentKeys, fileVersionsQuery, updateAgent } from '#console/api/queries/fleet/agents.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { TextDiff } from '#console/ui/data/text-diff.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { FoundText } from './found-text.tsx';
import { toRestore } from './restore.ts';

interface FileDialogProps {
  agent: Agent;
  name: string;
  onClose: () => void;
}

/** What a file says, what it said before, and the way back. */
export function FileDialog({ agent, name, onClose }: FileDialogProps) {
  const { data: versions, error, refetch } = useQuery(fileVersionsQuery(agent.id, name));
  const [newest] = versions ?? [];
  return (
    <Dialog title={toVisibleText(name)} width="wide" onClose={onClose}>
      {error && !versions && (
        <Failed
          what="The versions could not be loaded"
          failure={toFailure(error)}
          onRetry={() => void refetch()}
          isCompact
        />
      )}
      {!error && !versions && <SkeletonRows rows={6} />}
      {versions && newest && <Versions agent={agent} newest={newest} versions={versions} onClose={onClose} />}
    </Dialog>
  );
}

interface VersionsProps {
  agent: Agent;
  newest: AgentFileVersion;
  /** Newest first. */
  versions: readonly AgentFileVersion[];
  onClose: () => void;
}

function Versions({ agent, newest, versions, onClose }: VersionsProps) {
  const found = versions.find((version) => version.found && version.decision === null);
  const [chosenNo, setChosenNo] = useState((found ?? versions[1] ?? newest).version_no);
  const chosen = versions.find(({ version_no }) => version_no === chosenNo) ?? newest;
  const restore = useRestore(agent.id, onClose);
  const change = chosen === newest ? undefined : toRestore(agent, newest.name, chosen.content);
  return (
    <div className="grid gap-3">
      {found && <FoundText agentId={agent.id} name={newest.name} versionNo={found.version_no} onClose={onClose} />}
      <Field label="Compare the newest with" hint="Credentials are left out of what is kept.">
        {(ids) => (
          <Select {...ids} value={chosenNo} onChange={(event) => setChosenNo(Number(event.target.value))}>
            {versions.map(({ version_no, created_at, found: isFound }) => (
              <option key={version_no} value={version_no}>
                {version_no}: {new Date(created_at).toLocaleString()}
                {version_no === newest.version_no ? ' (newest)' : ''}
                {isFound ? ' (found at the gateway)' : ''}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <TextDiff before={chosen.content} after={newest.content} />
      {restore.error && (
        <p role="alert" className="text-bad">
          {toFailure(restore.error).message}
        </p>
      )}
      {change && (
        <div>
          <Button tone="primary" isBusy={restore.isPending} onClick={() => restore.mutate(change)}>
            Restore version {chosen.version_no}
          </Button>
        </div>
      )}
    </div>
  );
}

function useRestore(agentId: string, onClose: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: AgentUpdate) => updateAgent(agentId, change),
    onSuccess: () => {
      toast.done('Restored. The gateway follows.');
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: agentKeys.detail(agentId) }),
  });
}
