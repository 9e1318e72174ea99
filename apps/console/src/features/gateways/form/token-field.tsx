import type { Gateway } from '#console/api/contract.ts';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import type { GatewayValues } from './gateway-values.ts';

const plans = [
  { value: 'keep', label: 'Keep it' },
  { value: 'replace', label: 'Replace' },
  { value: 'clear', label: 'Clear' },
] as const;

interface TokenFieldProps {
  values: GatewayValues;
  onChange: (part: Partial<GatewayValues>) => void;
  /** The gateway as it is saved. Its token is never shown. */
  saved: Gateway | undefined;
}

/** The token of the gateway: it can be written, and never read again. */
export function TokenField({ values: { tokenPlan, token, url }, onChange, saved }: TokenFieldProps) {
  const hasToken = saved?.has_token === true;
  return (
    <div className="grid gap-2">
      {hasToken && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <span>A token is stored.</span>
          <Segmented
            label="The stored token"
            choices={plans}
            value={tokenPlan}
            onChange={(plan) => onChange({ tokenPlan: plan, token: '' })}
          />
        </div>
      )}
      {tokenPlan === 'replace' && (
        <Field
          label={hasToken ? 'New token' : 'Token'}
          hint={
            <>
              The one of the gateway itself: <code>openclaw config get gateway.auth.token</code> on its host. No key of
              a model, and none of this server. It is stored encrypted and never shown.
            </>
          }
        >
          {(ids) => (
            <TextInput
              {...ids}
              type="password"
              autoComplete="new-password"
              className="font-mono"
              value={token}
              onChange={(event) => onChange({ token: event.target.value })}
            />
          )}
        </Field>
      )}
      {tokenPlan === 'keep' && url.trim() !== saved?.url && (
        <p className="text-sm text-warn">The stored token is only sent to the stored address: enter it again.</p>
      )}
      {tokenPlan === 'clear' && (
        <p className="text-sm text-fg-3">
          The stored token goes when you save: this server then gets in by its pairing only.
        </p>
      )}
    </div>
  );
}
