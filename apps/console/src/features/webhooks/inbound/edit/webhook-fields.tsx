import { Check } from '#console/ui/control/check.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import type { WebhookAgent, WebhookValues } from './webhook-values.ts';

interface FieldsProps {
  values: WebhookValues;
  agents: readonly WebhookAgent[];
  hasSecret: boolean;
  complaint: string | undefined;
  onChange: (part: Partial<WebhookValues>) => void;
}

/** Instruction, agent and signature of an inbound webhook. */
export function WebhookFields({ values, agents, hasSecret, complaint, onChange }: FieldsProps) {
  return (
    <>
      <Field label="Instruction" error={complaint} hint="The agent reads it with every call.">
        {(ids) => (
          <TextArea
            {...ids}
            data-autofocus
            rows={4}
            maxLength={20_000}
            value={values.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <Field label="Agent" hint="Who is told. Without one it is the lead of the board.">
        {(ids) => (
          <Select
            {...ids}
            value={values.agentId ?? ''}
            onChange={(event) => onChange({ agentId: event.target.value || null })}
          >
            <option value="">The lead</option>
            {agents.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <SecretField values={values} hasSecret={hasSecret} onChange={onChange} />
      <Field label="Signature header" hint="Empty: X-Hub-Signature-256 or X-Webhook-Signature.">
        {(ids) => (
          <TextInput
            {...ids}
            className="font-mono"
            maxLength={200}
            value={values.header}
            onChange={(event) => onChange({ header: event.target.value })}
          />
        )}
      </Field>
      <Check
        label="Takes calls"
        hint="Otherwise each call is refused with 410."
        isChecked={values.isEnabled}
        onChange={(isEnabled) => onChange({ isEnabled })}
      />
    </>
  );
}

function SecretField({ values, hasSecret, onChange }: Pick<FieldsProps, 'values' | 'hasSecret' | 'onChange'>) {
  const hint = hasSecret
    ? 'One is set. Empty: it stays. It can also be rotated, so that the old one is good for a day.'
    : 'Signs each call: HMAC-SHA-256 of the body. Empty: anyone who knows the address may call.';
  return (
    <div className="grid gap-2">
      <Field label="Secret" hint={hint}>
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            autoComplete="new-password"
            className="font-mono"
            maxLength={1_000}
            disabled={values.isCleared}
            value={values.secret}
            onChange={(event) => onChange({ secret: event.target.value })}
          />
        )}
      </Field>
      {hasSecret && (
        <Check
          label="Take the secret away"
          hint="Then calls need no signature."
          isChecked={values.isCleared}
          onChange={(isCleared) => onChange({ isCleared })}
        />
      )}
    </div>
  );
}
