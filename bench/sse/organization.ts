import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';

/** A board with the task that comments are made on. */
export interface SeededBoard {
  id: string;
  taskId: string;
}

export interface SeededOrganization {
  boards: SeededBoard[];
  /** One per member; each may read every board. */
  tokens: string[];
}

/** Puts boards and members with tokens of their own into the organization of the server's owner. */
export async function seedOrganization(
  databaseUrl: string,
  count: { boards: number; members: number },
): Promise<SeededOrganization> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('select id from organizations limit 1');
    const orgId = rows[0]?.id;
    const boards = Array.from({ length: count.boards }, () => ({ id: randomUUID(), taskId: randomUUID() }));
    for (const { id, taskId } of boards) {
      await client.query(
        "insert into boards (id, org_id, name, slug, board_type) values ($1::uuid, $2, 'Bench', ($1::uuid)::text, 'general')",
        [id, orgId],
      );
      await client.query(
        "insert into tasks (id, org_id, board_id, title, position) values ($1, $2, $3, 'Bench', 'a')",
        [...[taskId, orgId, id]],
      );
    }
    const tokens: string[] = [];
    for (let i = 0; i < count.members; i++) tokens.push(await insertMember(client, orgId));
    return { boards, tokens };
  } finally {
    await client.end();
  }
}

async function insertMember(client: pg.Client, orgId: string | undefined): Promise<string> {
  const userId = randomUUID();
  const token = `mcp_${randomBytes(32).toString('base64url')}`;
  await client.query(
    "insert into users (id, clerk_user_id, email, email_verified, name, active_organization_id) values ($1::uuid, ($1::uuid)::text, ($1::uuid)::text || '@example.com', true, 'Bench', $2)",
    [userId, orgId],
  );
  await client.query(
    "insert into organization_members (id, org_id, user_id, role, all_boards_read) values ($1, $2, $3, 'member', true)",
    [randomUUID(), orgId, userId],
  );
  await client.query(
    "insert into access_tokens (id, org_id, user_id, name, scopes, prefix, token_hash) values ($1, $2, $3, 'bench', '{read}', 'mcp_', $4)",
    [randomUUID(), orgId, userId, createHash('sha256').update(token).digest()],
  );
  return token;
}
