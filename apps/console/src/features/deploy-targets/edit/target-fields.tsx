import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { kindWords } from '../target-look.ts';
import type { TargetValues } from './target-values.ts';

const KINDS = (['webhook', 'command', 'kubernetes'] as const).map((value) => ({ value, label: kindWords[value] }));

type TextName = Exclude<keyof TargetValues, 'kind'>;

interface FieldsProps {
  values: TargetValues;
  onChange: (part: Partial<TargetValues>) => void;
  isNew: boolean;
}

/** Name, kind, and what that kind needs. */
export function TargetFields({ values, onChange, isNew }: FieldsProps) {
  return (
    <>
      <Text name="name" label="Name" hint="Agents choose it by this." values={values} onChange={onChange} />
      {isNew && (
        <div>
          <Segmented
            label="Kind"
            choices={KINDS}
            value={values.kind}
            onChange={(kind) => onChange({ kind, secret: '' })}
          />
        </div>
      )}
      {values.kind === 'webhook' && <WebhookFields values={values} onChange={onChange} isNew={isNew} />}
      {values.kind === 'command' && <CommandFields values={values} onChange={onChange} />}
      {values.kind === 'kubernetes' && <KubernetesFields values={values} onChange={onChange} isNew={isNew} />}
    </>
  );
}

function WebhookFields({ values, onChange, isNew }: FieldsProps) {
  const hint = isNew ? 'Signs each call. Left empty, one is made and shown once.' : 'Left empty, the one it has stays.';
  return (
    <>
      <Text
        name="url"
        label="Address"
        hint="Each change is posted there, signed after Standard Webhooks."
        isCode
        values={values}
        onChange={onChange}
      />
      <Secret label="Secret" hint={hint} values={values} onChange={onChange} />
    </>
  );
}

function CommandFields({ values, onChange }: Omit<FieldsProps, 'isNew'>) {
  return (
    <Field
      label="Program"
      hint="One line for the program, one for each argument; no shell. It runs on the host of this server, where its operator allows that."
    >
      {(ids) => (
        <TextArea
          {...ids}
          className="font-mono"
          placeholder={'/opt/deploy/swap\n--environment\nproduction'}
          value={values.argv}
          onChange={(event) => onChange({ argv: event.target.value })}
        />
      )}
    </Field>
  );
}

function KubernetesFields({ values, onChange, isNew }: FieldsProps) {
  const rest = { values, onChange, isCode: true };
  return (
    <>
      <Text name="apiUrl" label="Address of the cluster" hint="Of its API, such as https://10.0.0.1:6443." {...rest} />
      <div className="grid gap-4 sm:grid-cols-3">
        <Text name="namespace" label="Namespace" {...rest} />
        <Text name="deployment" label="Deployment" {...rest} />
        <Text name="container" label="Container" {...rest} />
      </div>
      <Secret
        label="Token"
        hint={
          isNew ? 'Of a service account that may read and patch this deployment.' : 'Left empty, the one it has stays.'
        }
        values={values}
        onChange={onChange}
      />
      <Field label="Authorities" hint="Certificates in PEM, believed instead of the public ones. May be empty.">
        {(ids) => (
          <TextArea
            {...ids}
            className="font-mono"
            maxLength={65_536}
            value={values.ca}
            onChange={(event) => onChange({ ca: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

interface TextProps extends Pick<FieldsProps, 'values' | 'onChange'> {
  name: TextName;
  label: string;
  hint?: string;
  isCode?: boolean;
}

function Text({ name, label, hint, isCode = false, values, onChange }: TextProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <TextInput
          {...ids}
          data-autofocus={name === 'name' || undefined}
          className={isCode ? 'font-mono' : undefined}
          maxLength={name === 'name' ? 200 : 2000}
          value={values[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

function Secret({ label, hint, values, onChange }: Pick<TextProps, 'label' | 'hint' | 'values' | 'onChange'>) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <TextInput
          {...ids}
          type="password"
          autoComplete="new-password"
          className="font-mono"
          maxLength={16_384}
          value={values.secret}
          onChange={(event) => onChange({ secret: event.target.value })}
        />
      )}
    </Field>
  );
}
