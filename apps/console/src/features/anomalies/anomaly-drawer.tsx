import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AnomalyDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { anomalyQuery } from '#console/api/queries/enforcement/anomalies.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { anomalyLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';
import { AnomalyActions } from './anomaly-actions.tsx';
import { AnomalyChart } from './anomaly-chart.tsx';
import { formatOf, toLevelText, toName, toUsualText } from './anomaly-text.ts';

/** One anomaly: the sentence, its chart with the usual band, who is behind it, examples, and what a person can say of it. */
export function AnomalyDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(anomalyQuery(id));
  return (
    <Drawer title={data ? <ForeignText text={`${data.agent_name}: ${toName(data)}`} /> : 'Anomaly'} onClose={onClose}>
      {data ? <Detail anomaly={data} /> : error ? null : <SkeletonRows rows={5} />}
      {error && !data && (
        <Failed
          what="The anomaly could not be loaded"
          failure={toFailure(error)}
          onRetry={() => void refetch()}
          isCompact
        />
      )}
    </Drawer>
  );
}

function Detail({ anomaly }: { anomaly: AnomalyDetail }) {
  const { severity, state, explanation, note, series, example_run_ids } = anomaly;
  return (
    <div className="grid grid-cols-1 gap-4 px-5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <StatePill look={anomalyLooks[severity]} />
        <Badge>{state}</Badge>
      </div>
      <p className="break-words text-lg">
        <ForeignText text={explanation} />
      </p>
      {note && (
        <p className="break-words text-fg-2">
          <ForeignText text={note} />
        </p>
      )}
      {series.length > 0 && <AnomalyChart anomaly={anomaly} />}
      <AnomalyActions anomaly={anomaly} />
      <AnomalyFacts anomaly={anomaly} />
      {example_run_ids.length > 0 && (
        <Section title="Examples">
          <ul className="flex flex-wrap gap-3">
            {example_run_ids.map((runId, index) => (
              <li key={runId}>
                <Link to="/runs/$runId" params={{ runId }} search={{}} className="text-accent hover:underline">
                  Run {index + 1}
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

function AnomalyFacts({ anomaly }: { anomaly: AnomalyDetail }) {
  const { agent_id, agent_name, observed, n, began_at, opened_at, closed_at, mute_until, root_anomaly_id } = anomaly;
  return (
    <Facts
      facts={[
        ['Agent', <AgentLink key="agent" id={agent_id} name={agent_name} />],
        ['Observed', formatOf(anomaly)(observed)],
        ['Usual', toUsualText(anomaly)],
        ['Learned from', toLevelText(anomaly)],
        ['Counted', String(n)],
        ...(root_anomaly_id === null ? [] : ([['Root', <RootLink key="root" id={root_anomaly_id} />]] as const)),
        ['Began', <Ago key="began" at={began_at} />],
        ['Told', <Ago key="opened" at={opened_at} />],
        ...(closed_at === null ? [] : ([['Closed', <Ago key="closed" at={closed_at} />]] as const)),
        ...(mute_until === null ? [] : ([['Muted until', new Date(mute_until).toLocaleString()]] as const)),
      ]}
    />
  );
}

const AgentLink = ({ id, name }: { id: string; name: string }) => (
  <Link to="/agents/$agentId" params={{ agentId: id }} className="text-accent hover:underline">
    <ForeignText text={name} />
  </Link>
);

const RootLink = ({ id }: { id: string }) => (
  <Link to="/anomalies" search={{ id }} className="text-accent hover:underline">
    the anomaly behind it
  </Link>
);
