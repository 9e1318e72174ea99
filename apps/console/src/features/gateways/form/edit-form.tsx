import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Gateway } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateGateway } from '#console/api/queries/gateways/gateways.ts';
import { gatewayKeys } from '#console/api/queries/work-keys.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { type FormSave, useRebasedForm } from '#console/lib/form/use-rebased-form.ts';
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
  const [complaints, setComplaints] = useState<GatewayComplaints>({});
  const [checkedWay, setCheckedWay] = useState<string>();
  const { check, start } = useGatewayCheck();
  const save = useSave();
  const isConflict = isVersionConflict(save.error);
  const form = useRebasedForm({ current: gateway, toValues: toGatewayValues, save, isConflict });
  const { base, values } = form;
  const isChecked = checkedWay === toWay(values);
  const result = isChecked ? check.result : undefined;
  const mustCheck = isNewWay(base, values) && !result?.ok;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = listComplaints(values);
    setComplaints(found);
    if (Object.keys(found).length > 0) return;
    if (!mustCheck) return form.submit();
    setCheckedWay(toWay(values));
    start(toCheckRequest(values, base));
  };
  return (
    <div className="grid gap-x-8 gap-y-6 border-t px-4 py-5 sm:px-6 lg:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
      <form onSubmit={submit} noValidate className="grid content-start gap-4">
        {form.conflict && <GatewayConflict {...form.conflict} />}
        <GatewayFields values={values} complaints={complaints} onChange={form.change} saved={base} />
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
            <Button isBusy={save.isPending} onClick={form.submit}>
              Save anyway
            </Button>
          )}
        </div>
      </form>
      <CheckAside check={check} isStale={check.request !== undefined && !isChecked} />
    </div>
  );
}

function useSave() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ base, values }: FormSave<Gateway, GatewayValues>) =>
      updateGateway(base.id, toGatewayChanges(base, values)),
    onSuccess: async (gateway) => {
      queryClient.setQueryData(gatewayKeys.detail(gateway.id), gateway);
      toast.done('Saved.');
      await navigate({ to: '/gateways/$gatewayId', params: { gatewayId: gateway.id } });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: gatewayKeys.all }),
  });
}
