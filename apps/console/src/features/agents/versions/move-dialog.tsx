import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { AgentVersion } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { activateAgentVersion, type Move, rollBackAgent } from '#console/api/queries/govern/deployments.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { deploymentLooks } from '#console/ui/state/looks.ts';
import { VersionDiff } from './version-diff.tsx';

interface ActivateButtonProps {
  version: AgentVersion;
  versions: readonly AgentVersion[];
}

const findActive = (versions: readonly AgentVersion[]) => versions.find(({ state }) => state === 'active');

/** Makes a version the active one, after what changes was seen. */
export function ActivateButton({ version, versions }: ActivateButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const active = findActive(versions);
  if (!isAdmin || version.state === 'active') return null;
  return (
    <>
      <Button isSmall onClick={() => setAsking(true)}>
        Activate
      </Button>
      {isAsking && (
        <MoveDialog
          title={`Activate v${version.number}`}
          agentId={version.agent_id}
          from={active}
          to={version}
          move={(body) => activateAgentVersion(version.agent_id, version.id, body)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** Goes back to the version that was active before, in one operation. */
export function RollbackButton({ agentId, versions }: { agentId: string; versions: readonly AgentVersion[] }) {
  const [isAsking, setAsking] = useState(false);
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  if (!isAdmin || !versions.some(({ state }) => state === 'superseded')) return null;
  return (
    <>
      <Button isSmall icon={RotateCcw} onClick={() => setAsking(true)}>
        Roll back
      </Button>
      {isAsking && (
        <MoveDialog
          title="Roll back to the version before"
          agentId={agentId}
          from={findActive(versions)}
          to={undefined}
          move={(body) => rollBackAgent(agentId, body)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

interface MoveDialogProps {
  title: string;
  agentId: string;
  from: AgentVersion | undefined;
  /** Unknown when the server chooses it: the one that was active before. */
  to: AgentVersion | undefined;
  move: (body: Move) => ReturnType<typeof rollBackAgent>;
  onClose: () => void;
}

function MoveDialog({ title, agentId, from, to, move, onClose }: MoveDialogProps) {
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const send = useMutation({
    mutationFn: () => move({ reason: reason.trim(), if_active: from?.id }),
    onSuccess: async (deployment) => {
      await queryClient.invalidateQueries({ queryKey: ['agents'] });
      toast.done(`v${deployment.to.number}: ${deploymentLooks[deployment.status].word.toLowerCase()}.`);
      onClose();
    },
  });
  const submit = () => {
    if (reason.trim() === '') return setComplaint('Say why, so that others understand it later.');
    setComplaint(undefined);
    send.mutate();
  };
  return (
    <FormDialog
      title={title}
      action={to ? 'Activate it' : 'Roll back'}
      width="wide"
      isBusy={send.isPending}
      error={send.error ? toFailure(send.error).message : undefined}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="text-fg-2">
        New runs count as this version at once. A deployment target swaps the processes; without one they must be
        restarted by hand.
      </p>
      {from && to && <VersionDiff agentId={agentId} from={from.id} to={to.id} />}
      <Field label="Reason" error={complaint}>
        {(ids) => (
          <TextArea
            {...ids}
            data-autofocus
            maxLength={2000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
