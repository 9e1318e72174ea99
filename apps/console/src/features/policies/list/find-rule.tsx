import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { policiesQuery } from '#console/api/queries/policies/policies.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { parseRuleName } from './rule-name.ts';

const route = getRouteApi('/frame/policies/rule');

/** Leads from the name of a rule to its line in the policy, or to a new exception from it for an agent. */
export function FindRule() {
  const { name: ref, agent } = route.useSearch();
  const { policy: name, rule } = parseRuleName(ref);
  const living = useInfiniteQuery(policiesQuery({ q: name }));
  const archived = useInfiniteQuery(policiesQuery({ q: name, archived: true }));
  const found = [...useItems(living.data), ...useItems(archived.data)].find((policy) => policy.name === name);
  if (found && agent)
    return (
      <Navigate to="/policies/$policyId/exceptions" params={{ policyId: found.id }} search={{ rule, agent }} replace />
    );
  if (found) return <Navigate to="/policies/$policyId" params={{ policyId: found.id }} search={{ rule }} replace />;
  const error = living.error ?? archived.error;
  if (error) return <Failed what="The policy could not be looked up" failure={toFailure(error)} />;
  if (living.isPending || archived.isPending) return <SkeletonRows rows={6} />;
  return (
    <Empty title="No such policy">
      <p>No policy here is called {name}.</p>
    </Empty>
  );
}
