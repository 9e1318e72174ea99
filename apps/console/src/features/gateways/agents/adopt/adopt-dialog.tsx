import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Board, FoundAgent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys } from '#console/api/queries/fleet/agents.ts';
import { type Adoption, adoptAgent, planAdoption } from '#console/api/queries/gateways/gateway-agents.ts';
import { gatewayKeys } from '#console/api/queries/work-keys.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { AdoptionPlanView } from './adoption-plan.tsx';

interface AdoptDialogProps {
  gatewayId: string;
  agent: FoundAgent;
  /** Boards that use the gateway. */
  boards: readonly Board[];
  onClose: () => void;
}

/** Adopts an agent: first what would change is shown, then it is done. */
export function AdoptDialog({ gatewayId, agent, boards, onClose }: AdoptDialogProps) {
  const formId = useId();
  const [name, setName] = useState(agent.name);
  const [chosenBoard, setBoard] = useState<string>();
  const boardId = chosenBoard ?? boards[0]?.id ?? '';
  const hasBoard = boardId !== '';
  const [isManaged, setManaged] = useState(false);
  const adoption: Adoption = {
    gateway_agent_id: agent.gateway_agent_id,
    board_id: hasBoard ? boardId : null,
    manage: isManaged && hasBoard,
    ...(name.trim() !== '' && name.trim() !== agent.name && { name: name.trim() }),
  };
  const plan = useMutation({ mutationFn: () => planAdoption(gatewayId, adoption) });
  const adopt = useAdopt(gatewayId, adoption, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    plan.mutate();
  };
  const error = adopt.error ?? plan.error;
  return (
    <Dialog
      title={`Adopt ${toVisibleText(agent.name)}`}
      onClose={onClose}
      width="wide"
      footer={
        plan.data ? (
          <>
            <Button
              onClick={() => {
                plan.reset();
                adopt.reset();
              }}
            >
              Back
            </Button>
            <Button tone="primary" isBusy={adopt.isPending} onClick={() => adopt.mutate()}>
              Adopt it
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={formId} tone="primary" isBusy={plan.isPending}>
              Show the plan
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-4">
        {plan.data ? (
          <AdoptionPlanView plan={plan.data} />
        ) : (
          <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
            <p className="text-fg-2">
              It keeps its name on the gateway, its session and its files. What it does is seen here from then on.
            </p>
            <Field label="Name here">
              {(ids) => (
                <TextInput {...ids} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
              )}
            </Field>
            <Field
              label="Board"
              hint={
                hasBoard
                  ? 'Boards that use this gateway.'
                  : 'It is only watched, until you put it on a board of this gateway.'
              }
            >
              {(ids) => (
                <Select {...ids} value={boardId} onChange={(event) => setBoard(event.target.value)}>
                  <option value="">None: only watch it</option>
                  {boards.map((board) => (
                    <option key={board.id} value={board.id}>
                      {board.name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {hasBoard && (
              <Check
                label="Let it work for the board"
                hint="It gets a credential and our section at the end of its AGENTS.md. Without this it is only watched, and nothing is written."
                isChecked={isManaged}
                onChange={setManaged}
              />
            )}
          </form>
        )}
        {error && (
          <p role="alert" className="text-bad">
            {toFailure(error).message}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function useAdopt(gatewayId: string, adoption: Adoption, onClose: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => adoptAgent(gatewayId, adoption),
    onSuccess: async () => {
      toast.done('It is one of ours now. Nothing of it was changed that the plan did not show.');
      onClose();
      void queryClient.invalidateQueries({ queryKey: agentKeys.lists });
      await queryClient.invalidateQueries({ queryKey: gatewayKeys.all });
    },
  });
}
