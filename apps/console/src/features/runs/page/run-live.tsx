import { useQuery } from '@tanstack/react-query';
import type { RunDetail } from '#console/api/contract.ts';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { sessionLiveQuery } from '#console/api/queries/gateways/sessions.ts';
import { Markdown } from '#console/ui/data/markdown.tsx';

/** What the model of a gateway's run is writing; it becomes a step when it is done. */
export function RunLive({ run }: { run: RunDetail }) {
  const isLive = run.source === 'gateway' && run.status === 'running' && run.session !== null;
  const gatewayId = useQuery({ ...agentQuery(run.agent_id), enabled: isLive }).data?.gateway_id ?? null;
  const live = useQuery({
    ...sessionLiveQuery(gatewayId ?? '', run.session ?? ''),
    enabled: isLive && gatewayId !== null,
    retry: false, // the gateway may be away: the steps come all the same
  }).data;
  if (!isLive || !live || live.text === '') return null;
  return (
    <section aria-label="Being written" aria-busy className="max-h-48 overflow-y-auto border-b px-4 py-3 sm:px-6">
      <p className="text-sm text-fg-3">The model is writing</p>
      <Markdown text={live.text} />
    </section>
  );
}
