import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { PolicyDetail } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { policyKeys } from '#console/api/queries/govern-keys.ts';
import { createException, type ExceptionInput } from '#console/api/queries/policies/exceptions.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { listRuleIds } from './rule-ids.ts';

const DAY_MS = 86_400_000;
const TIMES = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
];

interface ExceptionDialogProps {
  policy: PolicyDetail;
  /** What is chosen at first. */
  rule: string | undefined;
  agentId: string | undefined;
  onClose: () => void;
}

/** Lets one rule not count for one agent, for a time, with a reason. */
export function ExceptionDialog({ policy, onClose, ...first }: ExceptionDialogProps) {
  const rules = listRuleIds(policy.source);
  const [rule, setRule] = useState(first.rule ?? rules[0] ?? '');
  const [agentId, setAgentId] = useState(first.agentId ?? '');
  const [words, setWords] = useState('');
  const [days, setDays] = useState('7');
  const [reason, setReason] = useState('');
  const q = useDeferredValue(words.trim());
  const agents = useItems(useInfiniteQuery(agentsQuery(q === '' ? {} : { q })).data);
  const create = useCreate(policy.id, onClose);
  const [complaint, setComplaint] = useState<string>();
  const submit = () => {
    if (rule === '' || agentId === '' || reason.trim() === '') return setComplaint('Name the rule, the agent and why.');
    setComplaint(undefined);
    // A minute less than the days, so that the longest is not too long when it arrives.
    const until = new Date(Date.now() + Number(days) * DAY_MS - 60_000).toISOString();
    create.mutate({ rule, agent_id: agentId, until, reason: reason.trim() });
  };
  return (
    <FormDialog
      title={`Exception from ${policy.name}`}
      action="Make the exception"
      isBusy={create.isPending}
      error={complaint ?? (create.error ? toFailure(create.error).message : undefined)}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Rule">
        {(ids) => (
          <Select {...ids} value={rule} onChange={(event) => setRule(event.target.value)}>
            {rules.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Agent">
        {(ids) => (
          <div className="grid gap-1.5">
            <TextInput
              type="search"
              aria-label="Search agents"
              placeholder="Search agents"
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <Select {...ids} value={agentId} onChange={(event) => setAgentId(event.target.value)}>
              <option value="">Choose…</option>
              {agents.map(({ id, name }) => (
                <option key={id} value={id}>
                  {toVisibleText(name)}
                </option>
              ))}
            </Select>
          </div>
        )}
      </Field>
      <div className="grid justify-items-start gap-1.5">
        <p className="font-medium">For</p>
        <Segmented label="For" choices={TIMES} value={days} onChange={setDays} />
      </div>
      <Field label="Reason">
        {(ids) => (
          <TextArea {...ids} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />
        )}
      </Field>
    </FormDialog>
  );
}

function useCreate(policyId: string, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: ExceptionInput) => createException(policyId, input),
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: policyKeys.one(policyId) });
      toast.done(
        'rule' in answer
          ? `${answer.rule} does not count for ${answer.agent_slug} for now.`
          : 'Asked: it counts once a second person approves it.',
      );
      onDone();
    },
  });
}
