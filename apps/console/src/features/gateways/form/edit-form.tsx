import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Gateway } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateGateway } from '#console/api/queries/gateways/gateways.ts';
import { gatewayKeys } from '#console/api/queries/work-keys.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { rebase } from '#console/lib/rebase.ts';
import { Button } from '#console/ui/control/button.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { CheckAside } from '../check/check-aside.tsx';
import { isReached } from '../check/hops.ts';
import { useGatewayCheck } from '../check/use-gateway-check.ts';
import { GatewayConflict } from './gateway-conflict.tsx';
import { GatewayFields } from './gateway-fields.tsx';
import {
  type GatewayComplaints,
  type GatewayValues,
  isNewWay,
  listComplaints,
  toCheckRequest,
  toGatewayChanges,
  toGatewayValues,
  toWay,
} from './gateway-values.ts';

/** A new way to the gateway is checked before it is saved; another name is not. */
export function EditForm({ gateway }: { gateway: Gateway }) {
  const [base, setBase] = useState(gateway);
  const [values, setValues] = useState<GatewayValues>(() => toGatewayValues(gateway));
  const [complaints, setComplaints] = useState<GatewayComplaints>({});
  const [checkedWay, setCheckedWay] = useState<string>();
  const { check, start } = useGatewayCheck();
  const save = useSave();
  const isChecked = checkedWay === toWay(values);
  const result = isChecked ? check.result : undefined;
  const mustCheck = isNewWay(base, values) && !result?.ok;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = listComplaints(values);
    setComplaints(found);
    if (Object.keys(found).length > 0) return;
    if (!mustCheck) return save.mutate({ base, values });
    setCheckedWay(toWay(values));
    start(toCheckRequest(values, base));
  };
  /** Goes on from what the other person saved. */
  const goOn = (next: GatewayValues) => {
    setBase(gateway);
    setValues(next);
    save.reset();
  };
  const merged = rebase(toGatewayValues(base), toGatewayValues(gateway), values);
  const isConflict = isVersionConflict(save.error);
  return (
    <div className="grid gap-x-8 gap-y-6 border-t px-4 py-5 sm:px-6 lg:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
      <form onSubmit={submit} noValidate className="grid content-start gap-4">
        {isConflict && (
          <GatewayConflict
            theirs={toGatewayValues(gateway)}
            mine={merged}
            isBusy={save.isPending}
            onKeepMine={() => {
              goOn(merged);
              save.mutate({ base: gateway, values: merged });
            }}
            onTakeTheirs={() => goOn(toGatewayValues(gateway))}
          />
        )}
        <GatewayFields
          values={values}
          complaints={complaints}
          onChange={(part) => setValues((old) => ({ ...old, ...part }))}
          saved={base}
        />
        {save.error && !isConflict && (
          <p role="alert" className="text-bad">
            Not saved: {toFailure(save.error).message}
          </p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button
            type="submit"
            tone="primary"
            disabled={isConflict}
            isBusy={(isChecked && check.isRunning) || save.isPending}
          >
            {mustCheck ? 'Check the connection' : 'Save'}
          </Button>
          {mustCheck && result && isReached(result) && (
            <Button isBusy={save.isPending} onClick={() => save.mutate({ base, values })}>
              Save anyway
            </Button>
          )}
        </div>
      </form>
      <CheckAside check={check} isStale={check.request !== undefined && !isChecked} />
    </div>
  );
}

interface Save {
  /** What the form was filled from. */
  base: Gateway;
  values: GatewayValues;
}

function useSave() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ base, values }: Save) => updateGateway(base.id, toGatewayChanges(base, values)),
    onSuccess: async (gateway) => {
      queryClient.setQueryData(gatewayKeys.detail(gateway.id), gateway);
      toast.done('Saved.');
      await navigate({ to: '/gateways/$gatewayId', params: { gatewayId: gateway.id } });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: gatewayKeys.all }),
  });
}
