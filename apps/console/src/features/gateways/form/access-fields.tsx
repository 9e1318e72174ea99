import { Check } from '#console/ui/control/check.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import type { GatewayValues } from './gateway-values.ts';

interface AccessFieldsProps {
  values: GatewayValues;
  complaint: string | undefined;
  onChange: (part: Partial<GatewayValues>) => void;
}

const deliveries = [
  { value: 'file', label: 'A file in the workspace, which prompts never hold' },
  { value: 'env', label: 'If that is refused: the environment of the gateway' },
  { value: 'inline', label: 'If both are refused: in the files that agents read' },
] as const satisfies readonly { value: GatewayValues['delivery']; label: string }[];

const deliveryHints: Record<GatewayValues['delivery'], string> = {
  file: 'Agents read their token from a file that only they use.',
  env: 'Every agent on the gateway can then read the tokens of all others.',
  inline: 'The token then stands in every prompt. Only for gateways that allow nothing else.',
};

/** Where agents stand on the gateway, and by which rules this server gets in. */
export function AccessFields({ values, complaint, onChange }: AccessFieldsProps) {
  return (
    <>
      <Field label="Workspace root" error={complaint} hint="Where the gateway keeps the folders of its agents.">
        {(ids) => (
          <TextInput
            {...ids}
            className="font-mono"
            maxLength={500}
            value={values.workspaceRoot}
            onChange={(event) => onChange({ workspaceRoot: event.target.value })}
          />
        )}
      </Field>
      <Field label="How agents get their token" hint={deliveryHints[values.delivery]}>
        {(ids) => (
          <Select
            {...ids}
            value={values.delivery}
            onChange={({ target }) =>
              onChange({ delivery: deliveries.find(({ value }) => value === target.value)?.value ?? 'file' })
            }
          >
            {deliveries.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Check
        label="Pair this server with the gateway"
        hint="It then has a key of its own, which somebody at the gateway approves once. Without it, only gateways on this host let it in."
        isChecked={values.isPairing}
        onChange={(isPairing) => onChange({ isPairing })}
      />
      {(values.url.startsWith('wss:') || values.allowInsecureTls) && (
        <Check
          label="Accept any certificate"
          hint="For a certificate that the gateway made itself. Whoever stands between can then read and change everything."
          isChecked={values.allowInsecureTls}
          onChange={(allowInsecureTls) => onChange({ allowInsecureTls })}
        />
      )}
    </>
  );
}
