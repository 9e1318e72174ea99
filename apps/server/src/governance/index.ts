import type { CreateModule } from '#server/platform/module.ts';
import {
  approvalConsumed,
  approvalCreated,
  approvalDecided,
  approvalDeleted,
  approvalExpired,
  approvalReopened,
  approvalResolved,
} from './approvals/approvals.events.ts';
import { violationCreated, violationUpdated } from './violations/violations.events.ts';
import { violationsRoutes } from './violations/violations.routes.ts';

export { ApprovalRead } from './approvals/approvals.schema.ts';
export { countPendingApprovals, listRecentApprovals } from './approvals/approvals.store.ts';
export { consumeTaskApproval, releaseTaskFromApprovals } from './task-approvals/task-approvals.service.ts';
export { countTaskApprovals, hasPendingApproval } from './task-approvals/task-approvals.store.ts';
export { insertViolations } from './violations/violations.service.ts';
export type { NewViolation } from './violations/violations.store.ts';

export const createGovernance: CreateModule = () => ({
  name: 'governance',
  routes: [violationsRoutes],
  events: [
    violationCreated,
    violationUpdated,
    approvalCreated,
    approvalDecided,
    approvalResolved,
    approvalReopened,
    approvalExpired,
    approvalConsumed,
    approvalDeleted,
  ],
});
