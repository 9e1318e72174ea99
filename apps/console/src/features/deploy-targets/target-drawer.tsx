import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DeployTarget } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteDeployTarget, deployTargetKeys, testDeployTarget } from '#console/api/queries/govern/deploy-targets.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { TargetDialog } from './edit/target-dialog.tsx';
import { kindWords } from './target-look.ts';

interface TargetProps {
  target: DeployTarget;
  onClose: () => void;
}

/** One deploy target: what it reaches, whether that answers, and what can be done. */
export function TargetDrawer({ target, onClose }: TargetProps) {
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const test = useMutation({ mutationFn: () => testDeployTarget(target.id) });
  const close = () => setDialog(undefined);
  return (
    <Drawer title={target.name} onClose={onClose}>
      <div className="grid grid-cols-1 gap-4 px-5 py-4">
        <Facts facts={toFacts(target)} />
        <div className="flex flex-wrap gap-2">
          <Button tone="primary" isBusy={test.isPending} onClick={() => test.mutate()}>
            Test it
          </Button>
          <Button onClick={() => setDialog('edit')}>Edit</Button>
          <Button tone="danger" onClick={() => setDialog('delete')}>
            Delete
          </Button>
        </div>
        <p aria-live="polite" className={cx('break-words', test.data?.ok ? 'text-ok' : 'text-bad')}>
          {test.data && `${test.data.ok ? 'It answers' : 'It failed'}: ${test.data.message}`}
          {test.error && `Not tested: ${toFailure(test.error).message}`}
        </p>
      </div>
      {dialog === 'edit' && <TargetDialog target={target} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog target={target} onClose={close} onDeleted={onClose} />}
    </Drawer>
  );
}

const mono = (key: string, text: string) => (
  <code key={key} className="font-mono text-sm break-all">
    <ForeignText text={text} />
  </code>
);

function toFacts({ id, kind, config, has_secret, updated_at }: DeployTarget): (readonly [string, ReactNode])[] {
  return [
    ['Kind', kindWords[kind]],
    ...toConfigFacts(config),
    ...(kind === 'command' ? [] : [['Secret', has_secret ? 'set, never shown' : 'none'] as const]),
    ['Changed', <Ago key="changed" at={updated_at} />],
    ['Target', <Identifier key="id" id={id} />],
  ];
}

function toConfigFacts(config: DeployTarget['config']): (readonly [string, ReactNode])[] {
  if ('url' in config) return [['Address', mono('url', config.url)]];
  if ('argv' in config) return [['Runs', mono('argv', config.argv.join(' '))]];
  return [
    ['Cluster', mono('api', config.api_url)],
    ['Workload', mono('workload', `${config.namespace}/${config.deployment}`)],
    ['Container', mono('container', config.container)],
    ['Authorities', config.ca === undefined ? 'the public ones' : 'its own'],
  ];
}

function DeleteDialog({ target, onClose, onDeleted }: TargetProps & { onDeleted: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteDeployTarget(target.id),
    onSuccess: () => {
      onDeleted();
      return queryClient.invalidateQueries({ queryKey: deployTargetKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${target.name}`}
      action="Delete it"
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>Agents that name it have no target any more; versions that name it fall back to the target of their agent.</p>
    </ConfirmDialog>
  );
}
