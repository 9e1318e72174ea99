import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Approval, Policy } from '#console/api/contract.ts';
import { policyKeys } from '#console/api/queries/govern-keys.ts';
import { toast } from '#console/ui/overlay/toast.tsx';
import { policyLooks } from '#console/ui/state/looks.ts';

/** Changes what holds of a policy, and tells what holds then, or that a second person must agree first. */
export function usePolicyChange<Input>(change: (input: Input) => Promise<Policy | Approval>, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: policyKeys.all });
      toast.done('latest_version' in answer ? toSentence(answer) : 'Asked: it holds once a second person approves it.');
      onDone();
    },
  });
}

const toSentence = ({ name, active_version, mode }: Policy): string =>
  active_version === null || mode === null
    ? `${name} holds no more.`
    : `${name} v${active_version}: ${policyLooks[mode].word.toLowerCase()}.`;
