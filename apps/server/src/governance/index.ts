import type { EventType } from '#server/platform/events/publish.ts';
import type { Module } from '#server/platform/module.ts';
import { agentApprovalsRoutes } from './approvals/agents/agent-approvals.routes.ts';
import { approvalEvents } from './approvals/approvals.events.ts';
import { approvalsRoutes } from './approvals/approvals.routes.ts';
import { escalateApprovals } from './approvals/escalations/escalations.service.ts';
import { expireOverdueApprovals, remindOfApprovals } from './approvals/expiry/expiry.service.ts';
import { questionsRoutes } from './approvals/questions/questions.routes.ts';
import { auditBroken, auditExported, headSigned } from './audit/audit.events.ts';
import { auditRoutes } from './audit/audit.routes.ts';
import { ANCHOR_HEAD, anchorHead, signHeads, verifyLastDay } from './audit/heads/heads.service.ts';
import { sealFacts, toAuditedTypes } from './audit/sealing/sealer.ts';
import { breakerClosed, breakerHalfOpened, breakerOpened, breakerReleased } from './breakers/breakers.events.ts';
import { breakersRoutes } from './breakers/breakers.routes.ts';
import { pruneBuckets } from './breakers/feed.store.ts';
import { judgeAll, judgeMoving } from './breakers/judging/judge.service.ts';
import { delegationCreated, delegationDeleted } from './delegations/delegations.events.ts';
import { delegationsRoutes } from './delegations/delegations.routes.ts';
import { grantsRoutes } from './grants/grants.routes.ts';
import { jobDeleted, jobRetried } from './jobs/jobs.events.ts';
import { jobsRoutes } from './jobs/jobs.routes.ts';
import { killReleased, killSet } from './kills/kills.events.ts';
import { killsRoutes } from './kills/kills.routes.ts';
import { createLeaseWriter } from './leases/books/writer.ts';
import { createCaps, createProcessCount } from './leases/caps/caps.service.ts';
import { budgetWarned, leasesUnbalanced } from './leases/leases.events.ts';
import { leasesRoutes } from './leases/leases.routes.ts';
import type { FindPrice } from './leases/leases.service.ts';
import { createLeaseQueue } from './leases/queue.ts';
import { checkLedger, expireLeases, foldOldLeases, settleLateReports } from './leases/settling/settling.jobs.ts';
import { activationsRoutes } from './policies/activations/activations.routes.ts';
import { applyChange } from './policies/changes/apply/apply.service.ts';
import { exceptionCreated, exceptionDeleted } from './policies/exceptions/exceptions.events.ts';
import { exceptionsRoutes } from './policies/exceptions/exceptions.routes.ts';
import { judgingRoutes } from './policies/judging/judging.routes.ts';
import {
  policyActivated,
  policyArchived,
  policyCreated,
  policyDeactivated,
  policyRolledBack,
  policyUpdated,
} from './policies/policies.events.ts';
import { policiesRoutes } from './policies/policies.routes.ts';
import { policyVersionsRoutes } from './policies/versions/versions.routes.ts';
import { governanceSettingsUpdated } from './settings/settings.events.ts';
import { governanceSettingsRoutes } from './settings/settings.routes.ts';
import { assessViolations } from './violations/assessing/assessing.jobs.ts';
import { pruneViolations } from './violations/assessing/assessing.store.ts';
import { violationCreated, violationUpdated } from './violations/violations.events.ts';
import { violationsRoutes } from './violations/violations.routes.ts';

export { approvalEvents } from './approvals/approvals.events.ts';
export { ApprovalRead } from './approvals/approvals.schema.ts';
export { findPending, listRecentApprovals } from './approvals/approvals.store.ts';
export { createExternalApproval, settleExternalApproval } from './approvals/external/external.service.ts';
export { findExternalApproval, listUnsettledExternals } from './approvals/external/external.store.ts';
export { findWaitingProcess } from './approvals/questions/questions.store.ts';
export { consumeTaskApproval, releaseTaskFromApprovals } from './approvals/tasks/task-approvals.service.ts';
export { hasPendingApproval } from './approvals/tasks/task-approvals.store.ts';
export { findUnsealedSince } from './audit/sealing/sealer.store.ts';
export type { BreakerFact } from './breakers/breakers.events.ts';
export { settleRolledBack } from './breakers/breakers.service.ts';
export { listBreakersFor } from './breakers/breakers.store.ts';
export {
  type CallCount,
  type CountedAgent,
  feedBreakers,
  listWatchedOrganizations,
} from './breakers/feed.store.ts';
export { type BreakerWatch, createBreakerWatch } from './breakers/judging/watch.ts';
export type { KillFact } from './kills/kills.events.ts';
export { invalidPolicy } from './policies/compiling/compile.service.ts';
export type { ExceptionFact } from './policies/exceptions/exceptions.events.ts';
export type { PolicyFact } from './policies/policies.events.ts';
export { type PolicyScope, toScope } from './policies/scopes/scopes.rules.ts';
export {
  findAgentsInScope,
  listPoliciesFor,
} from './policies/scopes/scopes.store.ts';
export { findVersion as findPolicyVersion } from './policies/versions/versions.store.ts';
export { insertViolations } from './violations/violations.service.ts';
export { forgetRunsOfViolations, type NewViolation } from './violations/violations.store.ts';

/**
 * Audit entries are made of the facts of all modules, which `listEvents` gives once they are put together. Budgets in
 * dollars count by the prices that telemetry counts by.
 */
export function createGovernance(listEvents: () => EventType[], findPrice: FindPrice): Module {
  return {
    name: 'governance',
    routes: [
      violationsRoutes,
      approvalsRoutes,
      agentApprovalsRoutes,
      questionsRoutes,
      grantsRoutes,
      delegationsRoutes,
      auditRoutes,
      jobsRoutes,
      killsRoutes,
      breakersRoutes,
      governanceSettingsRoutes,
      ...[policiesRoutes, policyVersionsRoutes, activationsRoutes, judgingRoutes, exceptionsRoutes],
      leasesRoutes({
        findCaps: createCaps(),
        queue: createLeaseQueue(),
        write: createLeaseWriter(),
        countProcesses: createProcessCount(),
        findPrice,
      }),
    ],
    events: [
      violationCreated,
      violationUpdated,
      ...approvalEvents,
      delegationCreated,
      delegationDeleted,
      auditExported,
      auditBroken,
      headSigned,
      jobRetried,
      jobDeleted,
      killSet,
      killReleased,
      budgetWarned,
      leasesUnbalanced,
      governanceSettingsUpdated,
      ...[breakerOpened, breakerHalfOpened, breakerClosed, breakerReleased],
      ...[policyCreated, policyUpdated, policyActivated, policyRolledBack, policyDeactivated, policyArchived],
      ...[exceptionCreated, exceptionDeleted],
    ],
    work: { [ANCHOR_HEAD]: anchorHead },
    reactions: [{ to: 'approval.resolved', within: applyChange }],
    recurring: [
      { name: 'approvals.expire', everyMs: 2_000, run: expireOverdueApprovals },
      { name: 'approvals.escalate', everyMs: 2_000, run: escalateApprovals },
      { name: 'approvals.remind', everyMs: 2_000, run: remindOfApprovals },
      { name: 'violations.assess', everyMs: 2_000, run: assessViolations },
      { name: 'violations.prune', everyMs: 3_600_000, run: pruneViolations },
      { name: 'breakers.judge', everyMs: 1_000, run: judgeMoving },
      { name: 'breakers.judge_all', everyMs: 60_000, run: judgeAll },
      { name: 'breakers.prune', everyMs: 60_000, run: pruneBuckets },
      { name: 'leases.expire', everyMs: 2_000, run: expireLeases },
      { name: 'leases.settle_late', everyMs: 60_000, run: settleLateReports },
      { name: 'leases.check', everyMs: 3_600_000, run: checkLedger },
      { name: 'leases.fold', everyMs: 86_400_000, run: foldOldLeases },
      { name: 'audit.seal', everyMs: 500, run: (platform) => sealFacts(platform, toAuditedTypes(listEvents())) },
      { name: 'audit.sign_heads', everyMs: 10_000, run: signHeads },
      { name: 'audit.verify_day', everyMs: 86_400_000, run: verifyLastDay },
    ],
  };
}
