import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseBreakerSearch } from '#console/features/breakers/breaker-search.ts';
import { parseHistorySearch } from '#console/features/policies/history/history-search.ts';
import { parsePolicySearch } from '#console/features/policies/list/policy-search.ts';
import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';
import { admins, frame } from './frame.ts';

const policies = createRoute({
  getParentRoute: () => frame,
  path: '/policies',
  validateSearch: parsePolicySearch,
  component: lazyRouteComponent(() => import('#console/features/policies/list/policies-page.tsx'), 'PoliciesPage'),
});

const policyNew = createRoute({
  getParentRoute: () => admins,
  path: '/policies/new',
  validateSearch: (search: RawSearch): { template?: string | undefined } =>
    compact({ template: parseText(search.template) }),
  component: lazyRouteComponent(() => import('#console/features/policies/editor/new-policy-page.tsx'), 'NewPolicyPage'),
});

const policyRule = createRoute({
  getParentRoute: () => frame,
  path: '/policies/rule',
  validateSearch: (search: RawSearch): { name: string; agent?: string | undefined } =>
    compact({ name: parseText(search.name) ?? '', agent: parseText(search.agent) }),
  component: lazyRouteComponent(() => import('#console/features/policies/list/find-rule.tsx'), 'FindRule'),
});

const policy = createRoute({
  getParentRoute: () => frame,
  path: '/policies/$policyId',
  component: lazyRouteComponent(() => import('#console/features/policies/page/policy-page.tsx'), 'PolicyPage'),
});

const policyEditor = createRoute({
  getParentRoute: () => policy,
  path: '/',
  validateSearch: (search: RawSearch): { rule?: string | undefined } => compact({ rule: parseText(search.rule) }),
  component: lazyRouteComponent(() => import('#console/features/policies/editor/edit-policy.tsx'), 'EditPolicy'),
});

const policyEffect = createRoute({
  getParentRoute: () => policy,
  path: '/effect',
  component: lazyRouteComponent(() => import('#console/features/policies/effect/policy-effect.tsx'), 'PolicyEffect'),
});

const policyBacktest = createRoute({
  getParentRoute: () => policy,
  path: '/backtest',
  validateSearch: (search: RawSearch): { id?: string | undefined } => compact({ id: parseText(search.id) }),
  component: lazyRouteComponent(
    () => import('#console/features/policies/backtest/policy-backtest.tsx'),
    'PolicyBacktest',
  ),
});

const policyHistory = createRoute({
  getParentRoute: () => policy,
  path: '/history',
  validateSearch: parseHistorySearch,
  component: lazyRouteComponent(() => import('#console/features/policies/history/policy-history.tsx'), 'PolicyHistory'),
});

const policyExceptions = createRoute({
  getParentRoute: () => policy,
  path: '/exceptions',
  validateSearch: (search: RawSearch): { rule?: string | undefined; agent?: string | undefined } =>
    compact({ rule: parseText(search.rule), agent: parseText(search.agent) }),
  component: lazyRouteComponent(
    () => import('#console/features/policies/exceptions/policy-exceptions.tsx'),
    'PolicyExceptions',
  ),
});

const breakers = createRoute({
  getParentRoute: () => admins,
  path: '/breakers',
  validateSearch: parseBreakerSearch,
  component: lazyRouteComponent(() => import('#console/features/breakers/breakers-page.tsx'), 'BreakersPage'),
});

/** For admins only. */
export const policyForms = [policyNew, breakers] as const;

/** What agents may do: texts, what they would do, and who is excepted. */
export const policyPages = [
  policies,
  policyRule,
  policy.addChildren([policyEditor, policyEffect, policyBacktest, policyHistory, policyExceptions]),
] as const;
