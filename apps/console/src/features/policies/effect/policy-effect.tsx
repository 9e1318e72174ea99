import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Shadow } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { policyQuery } from '#console/api/queries/policies/policies.ts';
import { shadowQuery } from '#console/api/queries/policies/shadow.ts';
import { formatCount, plural } from '#console/lib/format/numbers.ts';
import { Sparkline } from '#console/ui/chart/sparkline.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { RuleLink } from '#console/ui/rule/rule-link.tsx';
import { Readiness } from './readiness.tsx';
import { toRuleTrend, toShadowFigures, toTallyText } from './shadow-text.ts';

const route = getRouteApi('/frame/policies/$policyId/effect');

/** What rules in monitor would have done with live calls, against what was decided: may they be enforced? */
export function PolicyEffect() {
  const { policyId } = route.useParams();
  const { data, error, refetch } = useQuery(shadowQuery(policyId));
  if (error && !data)
    return <Failed what="The measure could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={5} />;
  if (data.version === null) {
    return (
      <Empty title="No version holds">
        <p>In monitor a policy records what it would have done with live calls. That is measured here.</p>
      </Empty>
    );
  }
  return <Measured shadow={data} />;
}

function Measured({ shadow }: { shadow: Shadow }) {
  const name = useQuery(policyQuery(shadow.policy_id)).data?.name ?? '';
  return (
    <div className="grid content-start gap-4 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Readiness shadow={shadow} />
        <span className="num ml-auto text-fg-2">
          {plural(shadow.calls, 'call')} since <Ago at={shadow.from} />
        </span>
      </div>
      <Panel>
        <dl className="grid grid-cols-2 gap-px bg-line sm:grid-cols-3 xl:grid-cols-6">
          {toShadowFigures(shadow).map(({ label, value }) => (
            <div key={label} className="grid content-between bg-surface px-4 py-3">
              <dt className="text-sm text-fg-3">{label}</dt>
              <dd className="num text-xl font-semibold">{formatCount(value)}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Section
        title="By rule"
        aside={
          <LinkButton to="/violations" search={{ enforcement: 'would_have' }} tone="ghost">
            What was written down
          </LinkButton>
        }
      >
        <Panel>
          {shadow.per_rule.length === 0 && (
            <p className="px-4 py-3 text-fg-2">No rule in monitor had anything to say.</p>
          )}
          <ul>
            {shadow.per_rule.map((tally) => (
              <li key={tally.rule} className="grid gap-0.5 border-b px-4 py-2 last:border-b-0">
                <p className="flex flex-wrap items-center gap-x-3">
                  <RuleLink rule={`${name}@${shadow.version}:${tally.rule}`} />
                  <Sparkline
                    points={toRuleTrend(shadow, tally.rule)}
                    label={`Over time: ${toRuleTrend(shadow, tally.rule).join(', ')}`}
                    className="ml-auto h-5 w-24 text-accent"
                  />
                  <span className="num text-sm text-fg-2">
                    {plural(tally.runs_hit, 'run')}, {formatCount(tally.runs_hit_succeeded)} succeeded
                  </span>
                </p>
                <p className="num text-sm text-fg-2">{toTallyText(tally)}</p>
              </li>
            ))}
          </ul>
        </Panel>
      </Section>
    </div>
  );
}
