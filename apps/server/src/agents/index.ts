import type { Gateways } from '#server/gateways/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { Module } from '#server/platform/module.ts';
import { agentAdopted } from './adoption/adoption.events.ts';
import { adoptionRoutes } from './adoption/adoption.routes.ts';
import { bundleReactions } from './bundles/bundles.jobs.ts';
import { bundlesRoutes } from './bundles/bundles.routes.ts';
import { watchAgents } from './check-ins/check-ins.jobs.ts';
import { checkInsRoutes } from './check-ins/check-ins.routes.ts';
import { createChannels } from './commands/channels.ts';
import { commandsRoutes } from './commands/commands.routes.ts';
import { removeOldCommands } from './commands/commands.store.ts';
import { breakerReactions } from './control/breakers.jobs.ts';
import { controlRoutes } from './control/control.routes.ts';
import { finishDrains } from './control/drains.jobs.ts';
import { ASK_USER, broadcastSent, LEAD_MESSAGE, NUDGE } from './coordination/coordination.events.ts';
import { leadRoutes, mainRoutes } from './coordination/coordination.routes.ts';
import { declarationsDrifted } from './declarations/declarations.events.ts';
import { declarationsRoutes } from './declarations/declarations.routes.ts';
import { reportDrift } from './declarations/declarations.service.ts';
import {
  deployTargetCreated,
  deployTargetDeleted,
  deployTargetUpdated,
} from './deploy-targets/deploy-targets.events.ts';
import { deployTargetsRoutes } from './deploy-targets/deploy-targets.routes.ts';
import {
  deploymentConfirmed,
  deploymentFailed,
  deploymentReverted,
  deploymentStarted,
  versionJudged,
} from './deployments/deployments.events.ts';
import { deploymentsRoutes } from './deployments/deployments.routes.ts';
import { DRIVE, FOLLOW } from './deployments/deployments.service.ts';
import { driveDeployment, followDeployment } from './deployments/drive.jobs.ts';
import { confirmDeployments } from './deployments/outcomes/outcomes.service.ts';
import { agentDrifted } from './drift/drift.events.ts';
import { findDrift } from './drift/drift.jobs.ts';
import { enrolmentRoutes } from './enrolment/enrolment.routes.ts';
import { fileDecided } from './files/decisions/decisions.events.ts';
import { filesRoutes } from './files/files.routes.ts';
import { ensureMainOfNew, followGateway } from './gateway-changes/gateway-changes.service.ts';
import { grantReactions } from './grants/grants.jobs.ts';
import { configureWork } from './heartbeats/configure.ts';
import { estimatesRoutes } from './heartbeats/estimates/estimates.routes.ts';
import { CONFIGURE_GATEWAY } from './heartbeats/heartbeats.service.ts';
import { HOLD, holdWork } from './holds/holds.service.ts';
import { settleAllKills } from './kills/kills.service.ts';
import { lifecycleRoutes } from './lifecycle/lifecycle.routes.ts';
import { NOTICES } from './messages/messages.events.ts';
import { sendMessage } from './messages/messages.jobs.ts';
import { SEND_MESSAGE } from './messages/messages.service.ts';
import { createGatewayPresence } from './presence/gateway-presence.ts';
import { observeAgents } from './presence/observe.ts';
import { createPresence, markSilentAgents, type Presence } from './producers/presence.ts';
import { createProcessAgents, type GetProcessAgents } from './producers/process-agents.ts';
import { removeOldProducers } from './producers/producers.store.ts';
import { agentProgressed } from './reconcile/reconcile.events.ts';
import { reconcileWork } from './reconcile/reconcile.jobs.ts';
import { RECONCILE } from './reconcile/reconcile.service.ts';
import { requestsRoutes } from './reconcile-requests/reconcile-requests.routes.ts';
import {
  agentCreated,
  agentDeleted,
  agentHeartbeat,
  agentOffline,
  agentOnline,
  agentProvisionFailed,
  agentUpdated,
  agentUpdateFailed,
} from './registry/agents.events.ts';
import { agentsRoutes } from './registry/agents.routes.ts';
import { RELEASE, releaseWork } from './releases/releases.service.ts';
import { leaveGateways, removeGatewayAgents } from './removal/removal.service.ts';
import { hurryWork } from './returns/returns.service.ts';
import { rosterRoutes, selfRoutes } from './roster/roster.routes.ts';
import { soulUpdated } from './souls/souls.events.ts';
import { writeFileWork } from './souls/souls.jobs.ts';
import { soulsRoutes } from './souls/souls.routes.ts';
import { WRITE_FILE } from './souls/souls.service.ts';
import { syncWork } from './syncs/syncs.jobs.ts';
import { syncsRoutes } from './syncs/syncs.routes.ts';
import { SYNC_TEMPLATES } from './syncs/syncs.store.ts';
import { previewsRoutes } from './templates/previews.routes.ts';
import { agentTokenRotated } from './tokens/rotation.events.ts';
import { rotateTokenWork } from './tokens/rotation.jobs.ts';
import { rotationRoutes } from './tokens/rotation.routes.ts';
import { ROTATE_TOKEN } from './tokens/rotation.service.ts';
import { toolOverridden, toolOverrideRemoved } from './tool-overrides/tool-overrides.events.ts';
import { toolOverridesRoutes } from './tool-overrides/tool-overrides.routes.ts';
import { watchVersions } from './version-watch/watch.jobs.ts';
import { versionActivated, versionCreated } from './versions/versions.events.ts';
import { versionsRoutes } from './versions/versions.routes.ts';
import { watchWakes } from './wakes/wakes.service.ts';

export { ensureGatewayAgent, ensureReportedAgent } from './discovery/discovery.service.ts';
export type { ReportedAgent, SeenAgent } from './discovery/discovery.store.ts';
export { toSlug as toAgentSlug } from './discovery/discovery.store.ts';
export { HeartbeatEstimate } from './heartbeats/estimates/estimates.schema.ts';
export { estimateHeartbeats } from './heartbeats/estimates/estimates.service.ts';
export { setHeartbeats } from './heartbeats/heartbeats.service.ts';
export { HeartbeatInterval } from './heartbeats/interval.ts';
export { ensureLead } from './lifecycle/lifecycle.service.ts';
export { toFenced, toLine } from './messages/fences.rules.ts';
export { NOTICES } from './messages/messages.events.ts';
export type { MessageOf, TaskOfMessage } from './messages/messages.rules.ts';
export { type NewMessage, releaseHeldMessages, sendMessages } from './messages/messages.service.ts';
export { renderMessage } from './messages/render.rules.ts';
export { moveBoardAgents } from './placements/moves.service.ts';
export type { Presence } from './producers/presence.ts';
export type { GetProcessAgents } from './producers/process-agents.ts';
export type { ProcessAgent } from './producers/producers.store.ts';
export { listProcessAgents } from './producers/producers.store.ts';
export { saveBundlesStale } from './registry/agent-rows.store.ts';
export { AgentRead, HealthColour, HealthReason } from './registry/agents.schema.ts';
export { listBoardAgents } from './registry/agents.store.ts';
export { removeBoardAgents } from './removal/removal.service.ts';
export { findRole, giveRoleSoul } from './role-souls/role-souls.service.ts';

/** What telemetry needs of the registry. */
export interface Agents extends Module {
  getProcessAgents: GetProcessAgents;
  presence: Presence;
}

export function createAgents(platform: Platform, gateways: Gateways): Agents {
  const presence = createPresence(platform);
  const gatewayPresence = createGatewayPresence(platform);
  const channels = createChannels(platform);
  gateways.onFrame(gatewayPresence.hear);
  return {
    name: 'agents',
    getProcessAgents: createProcessAgents(),
    presence,
    routes: [
      ...[enrolmentRoutes, agentsRoutes, lifecycleRoutes, checkInsRoutes, requestsRoutes, rotationRoutes],
      ...[versionsRoutes, declarationsRoutes, toolOverridesRoutes, deploymentsRoutes, deployTargetsRoutes],
      ...[controlRoutes, bundlesRoutes, commandsRoutes(channels)],
      ...[syncsRoutes, adoptionRoutes, previewsRoutes, filesRoutes, estimatesRoutes],
      ...[selfRoutes, rosterRoutes, soulsRoutes, leadRoutes, mainRoutes],
    ],
    events: [
      ...[agentCreated, agentUpdated, agentOnline, agentOffline, agentHeartbeat],
      ...[agentProvisionFailed, agentUpdateFailed, agentTokenRotated],
      ...[agentAdopted, agentDeleted, agentDrifted, fileDecided, agentProgressed, versionCreated, versionActivated],
      ...[NUDGE, ASK_USER, LEAD_MESSAGE].flatMap(({ sent, failed }) => [sent, failed]),
      ...[broadcastSent, soulUpdated, ...NOTICES.values()],
      ...[
        declarationsDrifted,
        toolOverridden,
        toolOverrideRemoved,
        deployTargetCreated,
        deployTargetUpdated,
        deployTargetDeleted,
      ],
      ...[deploymentStarted, deploymentConfirmed, deploymentFailed, deploymentReverted, versionJudged],
    ],
    work: {
      [RECONCILE]: reconcileWork,
      [SYNC_TEMPLATES]: syncWork,
      [SEND_MESSAGE]: sendMessage,
      [ROTATE_TOKEN]: rotateTokenWork,
      [WRITE_FILE]: writeFileWork,
      [HOLD]: holdWork,
      [RELEASE]: releaseWork,
      [CONFIGURE_GATEWAY]: configureWork,
      [DRIVE]: driveDeployment,
      [FOLLOW]: followDeployment,
    },
    reactions: [
      { to: 'organization.deleted', within: leaveGateways },
      { to: 'gateway.updated', within: followGateway },
      { to: 'gateway.created', within: ensureMainOfNew },
      { to: 'gateway.connected', within: (tx, { subjectId }) => hurryWork(tx, subjectId) },
      ...bundleReactions,
      ...grantReactions,
      ...breakerReactions,
      { to: 'gateway.deleted', within: (tx, { subjectId }) => removeGatewayAgents(tx, subjectId) },
    ],
    recurring: [
      { name: 'agents.watch', everyMs: 5_000, run: watchAgents },
      { name: 'agents.watch_wakes', everyMs: 5_000, run: watchWakes },
      { name: 'agents.observe', everyMs: 300_000, run: observeAgents },
      { name: 'agents.find_drift', everyMs: 900_000, run: findDrift },
      { name: 'agents.mark_silent', everyMs: 10_000, run: markSilentAgents },
      { name: 'agents.settle_kills', everyMs: 10_000, run: settleAllKills },
      { name: 'commands.prune', everyMs: 600_000, run: removeOldCommands },
      { name: 'agents.finish_drains', everyMs: 2_000, run: finishDrains },
      { name: 'agents.report_drift', everyMs: 86_400_000, run: reportDrift },
      { name: 'deployments.confirm', everyMs: 2_000, run: confirmDeployments },
      { name: 'versions.watch', everyMs: 10_000, run: watchVersions },
      { name: 'producers.prune', everyMs: 3_600_000, run: removeOldProducers },
    ],
    async start() {
      await channels.start();
      presence.start();
      gatewayPresence.start();
    },
    async close() {
      await channels.close();
      await gatewayPresence.close();
      await presence.close();
    },
  };
}
