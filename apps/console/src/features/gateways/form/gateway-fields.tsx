import { useState } from 'react';
import type { Gateway } from '#console/api/contract.ts';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { AccessFields } from './access-fields.tsx';
import { correctGatewayUrl } from './gateway-url.ts';
import type { GatewayComplaints, GatewayValues } from './gateway-values.ts';
import { TokenField } from './token-field.tsx';

interface GatewayFieldsProps {
  values: GatewayValues;
  complaints: GatewayComplaints;
  onChange: (part: Partial<GatewayValues>) => void;
  /** The gateway as it is saved; undefined for a new one. */
  saved: Gateway | undefined;
}

/** How a gateway is called and reached. */
export function GatewayFields({ values, complaints, onChange, saved }: GatewayFieldsProps) {
  return (
    <>
      <Field label="Name" error={complaints.name} hint="How people here call it.">
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            maxLength={200}
            value={values.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <UrlField values={values} complaint={complaints.url} onChange={onChange} />
      <TokenField values={values} onChange={onChange} saved={saved} />
      <AccessFields values={values} complaint={complaints.workspaceRoot} onChange={onChange} />
    </>
  );
}

interface UrlFieldProps {
  values: GatewayValues;
  complaint: string | undefined;
  onChange: (part: Partial<GatewayValues>) => void;
}

/** The address; what is pasted is put right when the field is left. */
function UrlField({ values, complaint, onChange }: UrlFieldProps) {
  const [note, setNote] = useState<string>();
  const correct = () => {
    const corrected = correctGatewayUrl(values.url);
    setNote(corrected.note);
    onChange({
      url: corrected.url,
      ...(corrected.token !== undefined && { tokenPlan: 'replace', token: corrected.token }),
    });
  };
  return (
    <Field
      label="Address"
      error={complaint}
      hint={note ?? 'This server dials it, not your browser: localhost means the host of this server.'}
    >
      {(ids) => (
        <TextInput
          {...ids}
          inputMode="url"
          className="font-mono"
          placeholder="ws://gateway.local:18789"
          maxLength={2_000}
          value={values.url}
          onChange={(event) => onChange({ url: event.target.value })}
          onBlur={correct}
        />
      )}
    </Field>
  );
}
