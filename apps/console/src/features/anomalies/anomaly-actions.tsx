import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Anomaly, AnomalyUpdate } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateAnomaly } from '#console/api/queries/enforcement/anomalies.ts';
import { anomalyKeys } from '#console/api/queries/govern-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

const DAY_MS = 86_400_000;

interface Action {
  label: string;
  toChange: () => AnomalyUpdate;
  done: string;
  isFor: (anomaly: Anomaly) => boolean;
}

const isOpen = ({ state }: Anomaly) => state !== 'closed';

const actions: readonly Action[] = [
  {
    label: 'Acknowledge',
    toChange: () => ({ state: 'acknowledged' }),
    done: 'Others see that you know of it.',
    isFor: ({ state }) => state === 'open',
  },
  { label: 'Close', toChange: () => ({ state: 'closed' }), done: 'It is closed.', isFor: isOpen },
  {
    label: 'Expected, mute for a day',
    toChange: () => ({ feedback: 'expected', mute_until: new Date(Date.now() + DAY_MS).toISOString() }),
    done: 'This detector is quiet on this agent for a day.',
    isFor: isOpen,
  },
];

const ratings: readonly Action[] = [
  {
    label: 'Useful',
    toChange: () => ({ feedback: 'useful' }),
    done: 'Noted.',
    isFor: ({ feedback }) => feedback !== 'useful',
  },
  {
    label: 'Not useful',
    toChange: () => ({ feedback: 'not_useful' }),
    done: 'Noted. When most of the last ones were, the detector becomes stricter here.',
    isFor: ({ feedback }) => feedback !== 'not_useful',
  },
];

/** What a person does about it and says of it. */
export function AnomalyActions({ anomaly }: { anomaly: Anomaly }) {
  const queryClient = useQueryClient();
  const update = useMutation({
    mutationFn: async (action: Action) => {
      await updateAnomaly(anomaly.id, action.toChange());
      return action;
    },
    onSuccess: async ({ done }) => {
      await queryClient.invalidateQueries({ queryKey: anomalyKeys.all });
      toast.done(done);
    },
  });
  const toButtons = (list: readonly Action[], tone: 'plain' | 'ghost') =>
    list
      .filter(({ isFor }) => isFor(anomaly))
      .map((action) => (
        <Button key={action.label} tone={tone} disabled={update.isPending} onClick={() => update.mutate(action)}>
          {action.label}
        </Button>
      ));
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex flex-wrap gap-2">{toButtons(actions, 'plain')}</div>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm text-fg-2">Was it of use?</span>
        {toButtons(ratings, 'ghost')}
      </div>
      {update.error && <p className="text-sm text-bad">{toFailure(update.error).message}</p>}
    </div>
  );
}
