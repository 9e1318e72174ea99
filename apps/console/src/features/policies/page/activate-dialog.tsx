import { useState } from 'react';
import type { PolicyDetail, PolicyMode } from '#console/api/contract.ts';
import { ApiProblem, toFailure } from '#console/api/problem.ts';
import { activatePolicy } from '#console/api/queries/policies/policies.ts';
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { VersionChanges } from '../history/version-changes.tsx';
import { usePolicyChange } from './use-policy-change.ts';

const modes: readonly { value: PolicyMode; label: string; says: string }[] = [
  { value: 'monitor', label: 'Monitor', says: 'Records what it would have done, and stops nothing.' },
  { value: 'enforce', label: 'Enforce', says: 'Holds: calls are blocked, wait for people and stay within limits.' },
  { value: 'dry_run', label: 'Dry run', says: 'Judges recorded calls only; nothing is sent to processes.' },
];

interface ActivateDialogProps {
  policy: PolicyDetail;
  version: number;
  onClose: () => void;
}

/** What changes, how strictly it shall hold, and who answers for what nobody has watched yet. */
export function ActivateDialog({ policy, version, onClose }: ActivateDialogProps) {
  const [mode, setMode] = useState<PolicyMode>(firstMode(policy));
  const [reason, setReason] = useState('');
  const [isAcknowledged, setAcknowledged] = useState(false);
  const activate = usePolicyChange(
    () =>
      activatePolicy(policy.id, {
        version,
        mode,
        acknowledge_unobserved: isAcknowledged,
        reason: reason.trim() || null,
      }),
    onClose,
  );
  const isUnobserved = activate.error instanceof ApiProblem && activate.error.code === 'policy.unobserved';
  return (
    <FormDialog
      title={`Activate ${policy.name} v${version}`}
      action={mode === 'enforce' ? 'Enforce it' : 'Activate it'}
      width="wide"
      isBusy={activate.isPending}
      error={activate.error ? toFailure(activate.error).message : undefined}
      onSubmit={() => activate.mutate()}
      onClose={onClose}
    >
      <div className="grid justify-items-start gap-1.5">
        <Segmented label="Mode" choices={modes} value={mode} onChange={setMode} />
        <p className="text-sm text-fg-3">{modes.find(({ value }) => value === mode)?.says}</p>
      </div>
      {policy.active_version !== null && policy.active_version !== version && (
        <VersionChanges policyId={policy.id} from={policy.active_version} to={version} />
      )}
      <Field label="Reason" hint="Kept in the audit trail; may be empty.">
        {(ids) => (
          <TextArea {...ids} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />
        )}
      </Field>
      {mode === 'enforce' && (isUnobserved || isAcknowledged) && (
        <Check
          label="Enforce it unobserved"
          hint="Rules that were not in monitor for 24 hours may stop calls that nobody expects. That you decided so is audited."
          isChecked={isAcknowledged}
          onChange={setAcknowledged}
        />
      )}
    </FormDialog>
  );
}

/** What held so far is offered again; what never held begins by watching. */
function firstMode({ mode, active_version }: PolicyDetail): PolicyMode {
  if (active_version === null || mode === null || mode === 'off') return 'monitor';
  return mode;
}
