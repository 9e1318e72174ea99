import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseActivitySearch } from '#console/features/activity/activity-search.ts';
import { parseAuditSearch } from '#console/features/audit/audit-search.ts';
import { parseTargetSearch } from '#console/features/deploy-targets/target-search.ts';
import { parseJobSearch } from '#console/features/jobs/job-search.ts';
import { parsePayloadSearch } from '#console/features/webhooks/inbound/payload-search.ts';
import { parseOutboundSearch } from '#console/features/webhooks/outbound/outbound-search.ts';
import { gatewayPages } from './connect.ts';
import { agentForms } from './fleet.ts';
import { admins, frame } from './frame.ts';
import { insightPages } from './insight.ts';
import { skillPages } from './organization.ts';
import { policyForms, policyPages } from './policies.ts';

const audit = createRoute({
  getParentRoute: () => admins,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('#console/features/audit/audit-page.tsx'), 'AuditPage'),
});

const jobs = createRoute({
  getParentRoute: () => admins,
  path: '/jobs',
  validateSearch: parseJobSearch,
  component: lazyRouteComponent(() => import('#console/features/jobs/jobs-page.tsx'), 'JobsPage'),
});

const webhooks = createRoute({
  getParentRoute: () => admins,
  path: '/webhooks',
  validateSearch: parseOutboundSearch,
  component: lazyRouteComponent(() => import('#console/features/webhooks/outbound/outbound-page.tsx'), 'OutboundPage'),
});

const deployTargets = createRoute({
  getParentRoute: () => admins,
  path: '/deploy-targets',
  validateSearch: parseTargetSearch,
  component: lazyRouteComponent(
    () => import('#console/features/deploy-targets/deploy-targets-page.tsx'),
    'DeployTargetsPage',
  ),
});

const boardWebhooks = createRoute({
  getParentRoute: () => frame,
  path: '/boards/$boardId/webhooks',
  component: lazyRouteComponent(() => import('#console/features/webhooks/inbound/webhooks-page.tsx'), 'WebhooksPage'),
});

const webhookPayloads = createRoute({
  getParentRoute: () => frame,
  path: '/boards/$boardId/webhooks/$webhookId/payloads',
  validateSearch: parsePayloadSearch,
  component: lazyRouteComponent(() => import('#console/features/webhooks/inbound/payloads-page.tsx'), 'PayloadsPage'),
});

const activity = createRoute({
  getParentRoute: () => frame,
  path: '/activity',
  validateSearch: parseActivitySearch,
  component: lazyRouteComponent(() => import('#console/features/activity/activity-page.tsx'), 'ActivityPage'),
});

/** What was done, what is under way, and what other systems hear of it. */
export const governPages = [
  admins.addChildren([
    audit,
    jobs,
    webhooks,
    deployTargets,
    ...gatewayPages,
    ...agentForms,
    ...insightPages,
    ...policyForms,
    ...skillPages,
  ]),
  ...policyPages,
  activity,
  boardWebhooks,
  webhookPayloads,
] as const;
