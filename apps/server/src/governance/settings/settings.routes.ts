import { problems, type Router } from '#server/platform/http/route.ts';
import { GovernanceSettingsState, GovernanceSettingsUpdate } from './settings.schema.ts';
import { updateGovernanceSettings } from './settings.service.ts';
import { getGovernanceSettings } from './settings.store.ts';

const tags = ['governance'];

export function governanceSettingsRoutes(router: Router): void {
  router.get(
    '/governance/settings',
    {
      config: { access: 'violations:read' },
      schema: {
        operationId: 'getGovernanceSettings',
        tags,
        summary: 'How the organization weighs what makes a call risky.',
        response: { 200: GovernanceSettingsState },
      },
    },
    ({ ctx }) => getGovernanceSettings(ctx),
  );

  router.put(
    '/governance/settings',
    {
      config: { access: 'violations:write' },
      schema: {
        operationId: 'updateGovernanceSettings',
        tags,
        summary: 'Replace the settings; they hold for what is assessed from now on.',
        body: GovernanceSettingsUpdate,
        response: { 200: GovernanceSettingsState, ...problems(409) },
      },
    },
    ({ ctx, body }) => updateGovernanceSettings(ctx, body),
  );
}
