import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ToolInForce } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys } from '#console/api/queries/fleet/agents.ts';
import {
  deleteToolOverride,
  setToolOverride,
  type ToolOverrideInput,
} from '#console/api/queries/fleet/tool-overrides.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { effects, type SideEffect } from './tool-effects.ts';

/** Says that a person has the last word about a tool. */
export function OverrideBadge({ tool: { override } }: { tool: ToolInForce }) {
  if (!override) return null;
  if (override.is_denied) return <Badge tone="bad">denied by a person</Badge>;
  return override.is_suspended ? (
    <Badge tone="warn" title="Its arguments are declared otherwise by now: only what is stricter counts">
      override suspended
    </Badge>
  ) : (
    <Badge title="A person says so, not the manifest">overridden</Badge>
  );
}

/** What was said of a tool, and the ways to say something else. */
export function ToolOverride({ agentId, tool }: { agentId: string; tool: ToolInForce }) {
  const [isAsking, setAsking] = useState(false);
  const takeBack = useChange(agentId, `${tool.tool} counts as declared.`, () => deleteToolOverride(agentId, tool.tool));
  return (
    <div className="flex flex-wrap items-center gap-2">
      {tool.override && (
        <p className="text-fg-2">
          <ForeignText text={tool.override.reason} />
        </p>
      )}
      <Button isSmall onClick={() => setAsking(true)}>
        {tool.override ? 'Change override' : 'Override'}
      </Button>
      {tool.override && (
        <Button isSmall isBusy={takeBack.isPending} onClick={() => takeBack.mutate()}>
          Take back
        </Button>
      )}
      {takeBack.error && <p className="text-bad">{toFailure(takeBack.error).message}</p>}
      {isAsking && <OverrideDialog agentId={agentId} tool={tool} onClose={() => setAsking(false)} />}
    </div>
  );
}

const DENIED = 'denied';

interface OverrideDialogProps {
  agentId: string;
  tool: ToolInForce;
  onClose: () => void;
}

function OverrideDialog({ agentId, tool, onClose }: OverrideDialogProps) {
  const { override } = tool;
  const first = override?.is_denied ? DENIED : (override?.side_effect ?? tool.declared_side_effect ?? 'non_idempotent');
  const [choice, setChoice] = useState<string>(first);
  const [reason, setReason] = useState('');
  const save = useChange(
    agentId,
    `${tool.tool} is overridden.`,
    () => setToolOverride(agentId, toInput(tool, choice, reason)),
    onClose,
  );
  return (
    <FormDialog
      title={`Override ${tool.tool}`}
      action="Override"
      isBusy={save.isPending}
      error={save.error ? toFailure(save.error).message : undefined}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <Field label="What a call does">
        {(ids) => (
          <Select {...ids} value={choice} onChange={(event) => setChoice(event.target.value)}>
            {Object.entries(effects).map(([value, { word, title }]) => (
              <option key={value} value={value}>{`${word}: ${title}`}</option>
            ))}
            <option value={DENIED}>denied: it counts as not declared</option>
          </Select>
        )}
      </Field>
      <Field label="Reason">
        {(ids) => (
          <TextArea
            {...ids}
            required
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

function toInput({ tool, override }: ToolInForce, choice: string, reason: string): ToolOverrideInput {
  const kept = { tool, data: override?.data ?? null, reason };
  return choice === DENIED
    ? { ...kept, side_effect: override?.side_effect ?? null, is_denied: true }
    : { ...kept, side_effect: toSideEffect(choice), is_denied: false };
}

const toSideEffect = (choice: string): SideEffect =>
  choice === 'pure' || choice === 'read' || choice === 'idempotent_write' ? choice : 'non_idempotent';

function useChange(agentId: string, done: string, change: () => Promise<unknown>, onDone?: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: agentKeys.detail(agentId) });
      toast.done(done);
      onDone?.();
    },
  });
}
