import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { createServiceKey, type ServiceKeyInput, serviceKeysQuery } from '#console/api/queries/fleet/service-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { KeyShownOnce } from './key-shown-once.tsx';

const SCOPES = [
  { scope: 'enroll', text: 'Enrol agents and report for them' },
  { scope: 'otlp', text: 'Send OpenTelemetry traces' },
  { scope: 'metrics', text: 'Read metrics' },
  { scope: 'read', text: 'Read agents, runs and violations' },
] as const;

const LIVES = [
  { value: 'never', label: 'No end' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
] as const;

type Life = (typeof LIVES)[number]['value'];
const DAY_MS = 86_400_000;

/** Asks what the key is for, then shows it once with the lines to paste. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const formId = useId();
  const create = useMutation({
    mutationFn: createServiceKey,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: serviceKeysQuery.queryKey }),
  });
  if (create.data) {
    return (
      <Dialog
        title="Your key"
        onClose={onClose}
        width="wide"
        footer={
          <Button tone="primary" onClick={onClose}>
            I have kept it
          </Button>
        }
      >
        <KeyShownOnce secret={create.data.key} agentSlug={create.data.agent_slugs.find((slug) => !/[*?]/.test(slug))} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Create a service key"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={create.isPending}>
            Create the key
          </Button>
        </>
      }
    >
      <KeyForm
        formId={formId}
        error={create.error ? toFailure(create.error).message : undefined}
        onSubmit={create.mutate}
      />
    </Dialog>
  );
}

interface KeyFormProps {
  formId: string;
  error: string | undefined;
  onSubmit: (input: ServiceKeyInput) => void;
}

function KeyForm({ formId, error, onSubmit }: KeyFormProps) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<ServiceKeyInput['scopes']>(['enroll']);
  const [slugs, setSlugs] = useState('');
  const [life, setLife] = useState<Life>('never');
  const [complaint, setComplaint] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setComplaint('Give the key a name, to recognise it by later.');
    setComplaint(undefined);
    onSubmit({
      name: name.trim(),
      scopes,
      agent_slugs: slugs.split(/[\s,]+/).filter(Boolean),
      expires_at: life === 'never' ? null : new Date(Date.now() + Number(life) * DAY_MS).toISOString(),
    });
  };
  return (
    <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
      <Field label="Name" error={complaint ?? error} hint="For example the service or the environment: research-prod.">
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <ScopeChoice scopes={scopes} onChange={setScopes} />
      <Field label="Agents" hint="Slugs with * and ?, separated by spaces. Empty: any agent.">
        {(ids) => (
          <TextInput
            {...ids}
            className="font-mono"
            placeholder="any"
            value={slugs}
            onChange={(event) => setSlugs(event.target.value)}
          />
        )}
      </Field>
      <div className="grid gap-1.5">
        <p className="font-medium">Ends</p>
        <div>
          <Segmented label="Ends" choices={LIVES} value={life} onChange={setLife} />
        </div>
      </div>
    </form>
  );
}

interface ScopeChoiceProps {
  scopes: ServiceKeyInput['scopes'];
  onChange: (scopes: ServiceKeyInput['scopes']) => void;
}

function ScopeChoice({ scopes, onChange }: ScopeChoiceProps) {
  const toggle = (scope: ServiceKeyInput['scopes'][number]) => {
    const next = scopes.includes(scope) ? scopes.filter((other) => other !== scope) : [...scopes, scope];
    if (next.length > 0) onChange(next); // a key that may do nothing is of no use
  };
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium">May</legend>
      {SCOPES.map(({ scope, text }) => (
        <label key={scope} className="touch flex items-center gap-2.5">
          <input type="checkbox" className="size-4" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
