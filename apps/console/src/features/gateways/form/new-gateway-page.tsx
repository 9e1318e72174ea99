import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { createGateway } from '#console/api/queries/gateways/gateways.ts';
import { gatewayKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { CheckAside } from '../check/check-aside.tsx';
import { isReached } from '../check/hops.ts';
import { useGatewayCheck } from '../check/use-gateway-check.ts';
import { GatewayFields } from './gateway-fields.tsx';
import {
  type GatewayComplaints,
  type GatewayValues,
  listComplaints,
  toCheckRequest,
  toGatewayCreate,
  toGatewayValues,
  toWay,
} from './gateway-values.ts';

/** Connects a gateway: says what it takes, checks it hop by hop, saves it when the way is clear. */
export function NewGatewayPage() {
  const [values, setValues] = useState<GatewayValues>(() => toGatewayValues(undefined));
  const [complaints, setComplaints] = useState<GatewayComplaints>({});
  const [checkedWay, setCheckedWay] = useState<string>();
  const { check, start } = useGatewayCheck();
  const save = useCreate();
  const result = checkedWay === toWay(values) ? check.result : undefined;
  const isPassed = result?.ok === true;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = listComplaints(values);
    setComplaints(found);
    if (Object.keys(found).length > 0) return;
    save.reset();
    if (isPassed) save.mutate(values);
    else {
      setCheckedWay(toWay(values));
      start(toCheckRequest(values));
    }
  };
  return (
    <>
      <PageHead title="Connect a gateway" />
      <div className="grid gap-x-8 gap-y-6 border-t px-4 py-5 sm:px-6 lg:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
        <form onSubmit={submit} noValidate className="grid content-start gap-4">
          <GatewayFields
            values={values}
            complaints={complaints}
            onChange={(part) => setValues((old) => ({ ...old, ...part }))}
            saved={undefined}
          />
          <Check
            label="Set up a main agent"
            hint="It coordinates the leads of the boards. Without it nothing is written on the gateway: you look on, and adopt agents that stand there."
            isChecked={values.hasMain}
            onChange={(hasMain) => setValues({ ...values, hasMain })}
          />
          {save.error && (
            <p role="alert" className="text-bad">
              Not saved: {toFailure(save.error).message}
            </p>
          )}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" tone="primary" isBusy={check.isRunning || save.isPending}>
              {isPassed ? 'Save the gateway' : 'Check the connection'}
            </Button>
            {result && !isPassed && isReached(result) && (
              <Button isBusy={save.isPending} onClick={() => save.mutate(values)}>
                Save anyway
              </Button>
            )}
          </div>
        </form>
        <CheckAside check={check} isStale={check.request !== undefined && checkedWay !== toWay(values)} />
      </div>
    </>
  );
}

function useCreate() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (values: GatewayValues) => createGateway(toGatewayCreate(values)),
    onSuccess: async (gateway) => {
      queryClient.setQueryData(gatewayKeys.detail(gateway.id), gateway);
      void queryClient.invalidateQueries({ queryKey: gatewayKeys.lists });
      toast.done('The gateway is connected.');
      await navigate({ to: '/gateways/$gatewayId/agents', params: { gatewayId: gateway.id } });
    },
  });
}
