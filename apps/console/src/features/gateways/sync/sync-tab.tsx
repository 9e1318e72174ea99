import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { Field } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { SYNC_FLAGS, type SyncChoice } from './sync-choice.ts';
import { SyncOutcome } from './sync-outcome.tsx';
import { useSync } from './use-sync.ts';

const route = getRouteApi('/frame/admins/gateways/$gatewayId/sync');

/** Brings the files of the gateway's agents up to date. */
export function SyncTab() {
  const { gatewayId } = route.useParams();
  const gateway = useQuery(gatewayQuery(gatewayId)).data;
  const boards = useQuery(boardsQuery).data?.items.filter(({ gateway_id }) => gateway_id === gatewayId) ?? [];
  const [choice, setChoice] = useState<SyncChoice>({ include_main: true });
  const { sync, job } = useSync(gatewayId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sync.mutate({ ...choice, dry_run: false });
  };
  return (
    <div className="grid gap-x-8 gap-y-6 px-4 py-4 sm:px-6 lg:grid-cols-[minmax(0,30rem)_minmax(0,1fr)]">
      <form onSubmit={submit} className="grid content-start gap-3">
        <p className="text-fg-2">
          Files that differ from their template are written again. Text that agents or people wrote outside our markers
          stays. Agents of paused boards and adopted ones are left out.
        </p>
        <Field label="Agents of" hint="Which board’s agents are brought up to date.">
          {(ids) => (
            <Select
              {...ids}
              value={choice.board_id ?? ''}
              onChange={({ target }) => setChoice({ ...choice, board_id: target.value || undefined })}
            >
              <option value="">All boards on this gateway</option>
              {boards.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {SYNC_FLAGS.map(({ flag, label, hint }) => (
          <Check
            key={flag}
            label={label}
            hint={hint}
            isChecked={choice[flag] ?? false}
            onChange={(isOn) => setChoice({ ...choice, [flag]: isOn })}
          />
        ))}
        {gateway && gateway.status !== 'connected' && (
          <p className="text-warn">The gateway is not connected: the sync waits until it is.</p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" tone="primary" isBusy={sync.isPending}>
            Start the sync
          </Button>
          <Button isBusy={sync.isPending} onClick={() => sync.mutate({ ...choice, dry_run: true })}>
            Show what would change
          </Button>
        </div>
        {sync.error && (
          <p role="alert" className="text-bad">
            {toFailure(sync.error).message}
          </p>
        )}
      </form>
      <Section title="Outcome">
        <SyncOutcome result={sync.data} job={job} isPending={sync.isPending} />
      </Section>
    </div>
  );
}
