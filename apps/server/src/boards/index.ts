import type { CreateModule } from '#server/platform/module.ts';
import { activityRoutes } from './activity/activity.routes.ts';
import { pruneActivity } from './activity/activity.service.ts';
import { boardCreated, boardDeleted, boardPaused, boardResumed, boardUpdated } from './boards/boards.events.ts';
import { agentBoardsRoutes, boardRoutes, boardsRoutes } from './boards/boards.routes.ts';
import { taskCommentDeleted, taskCommentEdited, taskCommented } from './comments/comments.events.ts';
import { commentRoutes, commentsRoutes } from './comments/comments.routes.ts';
import { customFieldCreated, customFieldDeleted, customFieldUpdated } from './custom-fields/custom-fields.events.ts';
import { customFieldsRoutes } from './custom-fields/custom-fields.routes.ts';
import { dashboardRoutes } from './dashboard/dashboard.routes.ts';
import { groupHeartbeatsRoutes } from './group-heartbeats/group-heartbeats.routes.ts';
import { boardGroupMemoryRoutes, groupMemoryRoutes } from './group-memory/group-memory.routes.ts';
import { boardGroupCreated, boardGroupDeleted, boardGroupUpdated } from './groups/groups.events.ts';
import { groupRoutes, groupsRoutes } from './groups/groups.routes.ts';
import { leasesRoutes } from './leases/leases.routes.ts';
import { expireLeases } from './leases/leases.service.ts';
import { memoryCreated, memoryDeleted, memoryUpdated } from './memory/memory.events.ts';
import { memoryRoutes, memoryRowRoutes } from './memory/memory.routes.ts';
import { onboardingUpdated } from './onboarding/onboarding.events.ts';
import { agentOnboardingRoutes, onboardingRoutes } from './onboarding/onboarding.routes.ts';
import { pausesRoutes } from './pauses/pauses.routes.ts';
import { skillPackCreated, skillPackDeleted, skillPackSynced, skillPackUpdated } from './skills/packs/packs.events.ts';
import { skillPackRoutes, skillPacksRoutes } from './skills/packs/packs.routes.ts';
import { addDefaultPacks } from './skills/packs/packs.service.ts';
import { skillCreated, skillDeleted, skillInstalled, skillUninstalled, skillUpdated } from './skills/skills.events.ts';
import { skillsRoutes } from './skills/skills.routes.ts';
import { syncSkillPack } from './skills/sync/sync.service.ts';
import { snapshotsRoutes } from './snapshots/snapshots.routes.ts';
import { createSoulsDirectory } from './souls/directory.ts';
import { FIND_ROLE_SOUL, findRoleSoul, roleSoulReactions } from './souls/role-souls.ts';
import { soulsRoutes } from './souls/souls.routes.ts';
import { tagCreated, tagDeleted, tagUpdated } from './tags/tags.events.ts';
import { tagRoutes, tagsRoutes } from './tags/tags.routes.ts';
import { announceDueDates } from './tasks/due/due.jobs.ts';
import { agentDepartures } from './tasks/moves/departures.ts';
import { decisionNotices } from './tasks/notices/decision-notices.ts';
import {
  taskCreated,
  taskDeleted,
  taskDueSoon,
  taskOverdue,
  taskStatusChanged,
  taskUpdated,
} from './tasks/tasks.events.ts';
import { moreTaskRoutes, taskRoutes, tasksRoutes } from './tasks/tasks.routes.ts';

export { toActivityEvent } from './activity/activity.rules.ts';
export type { ActivityEventRead } from './activity/activity.schema.ts';
export { listActorNames } from './activity/actors.store.ts';
export { getGroup } from './groups/groups.service.ts';
export { listReadableGroupIds } from './groups/groups.store.ts';
export { recordMemory } from './memory/memory.service.ts';

/** Boards and what stands on them: groups, tasks, tags, custom fields, memory, onboarding, skills, activity. */
export const createBoards: CreateModule = (platform) => {
  const souls = createSoulsDirectory(platform);
  return {
    name: 'boards',
    routes: [
      ...[boardsRoutes, boardRoutes, agentBoardsRoutes, pausesRoutes],
      ...[groupsRoutes, groupRoutes, memoryRoutes, memoryRowRoutes, groupMemoryRoutes, boardGroupMemoryRoutes],
      ...[groupHeartbeatsRoutes, snapshotsRoutes, onboardingRoutes, agentOnboardingRoutes],
      ...[tasksRoutes, taskRoutes, moreTaskRoutes, leasesRoutes, commentsRoutes, commentRoutes],
      ...[customFieldsRoutes, tagsRoutes, tagRoutes],
      ...[activityRoutes, dashboardRoutes],
      ...[skillsRoutes, skillPacksRoutes, skillPackRoutes, soulsRoutes(souls)],
    ],
    events: [
      ...[boardCreated, boardUpdated, boardDeleted, boardPaused, boardResumed],
      ...[boardGroupCreated, boardGroupUpdated, boardGroupDeleted, memoryCreated, memoryUpdated, memoryDeleted],
      onboardingUpdated,
      ...[taskCreated, taskUpdated, taskStatusChanged, taskDeleted, taskDueSoon, taskOverdue],
      ...[taskCommented, taskCommentEdited, taskCommentDeleted],
      ...[customFieldCreated, customFieldUpdated, customFieldDeleted],
      ...[tagCreated, tagUpdated, tagDeleted],
      ...[skillCreated, skillUpdated, skillDeleted, skillInstalled, skillUninstalled],
      ...[skillPackCreated, skillPackUpdated, skillPackDeleted, skillPackSynced],
    ],
    work: { 'skill_pack.sync': syncSkillPack, [FIND_ROLE_SOUL]: findRoleSoul(souls) },
    reactions: [
      agentDepartures,
      ...decisionNotices,
      ...roleSoulReactions,
      { to: 'organization.created', within: addDefaultPacks },
    ],
    recurring: [
      { name: 'activity.prune', everyMs: 3_600_000, run: pruneActivity },
      { name: 'task.due', everyMs: 60_000, run: announceDueDates },
      { name: 'task.lease_expire', everyMs: 5_000, run: expireLeases },
    ],
  };
};
