import { newId } from '#server/platform/ids.ts';
import type { TestApp } from './app.ts';

/** The shortest valid rows, for what a test needs but is not about. */

export async function makeOrganization({ platform }: TestApp, name = 'Elsewhere'): Promise<string> {
  const id = newId();
  await platform.db.insertInto('organizations').values({ id, name }).execute();
  return id;
}

export async function makeAgent({ platform }: TestApp, orgId: string, slug = 'stranger'): Promise<string> {
  const id = newId();
  await platform.db
    .insertInto('agents')
    .values({ id, org_id: orgId, slug, name: slug, origin: 'sdk', agent_type: slug })
    .execute();
  return id;
}

/** A service key of the owner's organization. */
export async function makeServiceKey(app: TestApp, body: Record<string, unknown> = {}): Promise<string> {
  const answer = await app.router.inject({
    method: 'POST',
    url: '/api/v1/service-keys',
    headers: app.owner.headers,
    payload: { name: 'test', scopes: ['enroll'], ...body },
  });
  return answer.json().key;
}

export interface EnrolledProcess {
  producer: string;
  agentId: string;
  versionId: string;
  /** For `router.inject`. */
  headers: { authorization: string };
}

/** A process with one agent that declares one tool. */
export async function makeProcess(
  app: TestApp,
  slug = 'worker',
  manifest: unknown = { tools: [{ name: 'docs/read' }] },
) {
  const producer = newId();
  const answer = await app.router.inject({
    method: 'POST',
    url: '/api/v1/agents/enroll',
    headers: { authorization: `Bearer ${await makeServiceKey(app)}` },
    payload: { producer, agents: [{ slug, manifest }] },
  });
  const { token, agents } = answer.json();
  const process: EnrolledProcess = {
    producer,
    agentId: agents[0].agent_id,
    versionId: agents[0].version_id,
    headers: { authorization: `Bearer ${token}` },
  };
  return process;
}

/** A recorded violation of an agent. */
export async function makeViolation({ platform }: TestApp, orgId: string, agentId: string, at = platform.now()) {
  const id = newId(at);
  await platform.db
    .insertInto('violations')
    .values({
      id,
      org_id: orgId,
      agent_id: agentId,
      tool: 'mail/send',
      code: 'capability.tool_undeclared',
      mode: 'enforce',
      verdict: 'block',
      enforcement: 'blocked',
      explanation: 'worker has not declared the tool "mail/send" in its manifest.',
      ts: at,
    })
    .execute();
  return id;
}
