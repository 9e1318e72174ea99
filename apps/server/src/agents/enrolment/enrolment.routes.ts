import { problems, type Router } from '#server/platform/http/route.ts';
import { EnrolRequest, EnrolResponse } from './enrolment.schema.ts';
import { enrol } from './enrolment.service.ts';

const BODY_BYTES = 8 * 1024 * 1024;
const PER_MINUTE = 60;

export function enrolmentRoutes(router: Router): void {
  router.post(
    '/agents/enroll',
    {
      config: { access: 'agents:enroll', perMinute: PER_MINUTE },
      bodyLimit: BODY_BYTES,
      schema: {
        operationId: 'enrollAgents',
        tags: ['agents'],
        summary: 'Register a process and its agents; answers its token and bundles.',
        body: EnrolRequest,
        response: { 200: EnrolResponse, ...problems(401, 403, 409) },
      },
    },
    ({ ctx, body }) => enrol(ctx, body),
  );
}
