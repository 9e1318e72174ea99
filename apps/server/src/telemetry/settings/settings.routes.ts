import { problems, type Router } from '#server/platform/http/route.ts';
import { TelemetrySettingsState, TelemetrySettingsUpdate } from './settings.schema.ts';
import { updateSettings } from './settings.service.ts';
import { getSettings } from './settings.store.ts';

const tags = ['telemetry'];

export function settingsRoutes(router: Router): void {
  router.get(
    '/telemetry/settings',
    {
      config: { access: 'telemetry:read' },
      schema: {
        operationId: 'getTelemetrySettings',
        tags,
        summary: 'What is captured, redacted, sampled and kept.',
        response: { 200: TelemetrySettingsState },
      },
    },
    ({ ctx }) => getSettings(ctx.db, ctx.orgId),
  );

  router.put(
    '/telemetry/settings',
    {
      config: { access: 'telemetry:settings' },
      schema: {
        operationId: 'updateTelemetrySettings',
        tags,
        summary: 'Replace the settings; processes fetch them with their next bundle.',
        body: TelemetrySettingsUpdate,
        response: { 200: TelemetrySettingsState, ...problems(409) },
      },
    },
    ({ ctx, body }) => updateSettings(ctx, body),
  );
}
