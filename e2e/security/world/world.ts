import { fileURLToPath } from 'node:url';
import { describeApi } from '../../../apps/server/src/app/openapi.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../../../apps/server/test/app.ts';
import { makeMember, makeOrganization } from '../../../apps/server/test/make.ts';
import { type Caller, makeCallers } from './callers.ts';
import { type BoardRows, type Ids, makeBoardRows, makeOrganizationRows } from './rows.ts';

/** Rows that a request may name, and the word that stands in all their texts. */
export interface Place {
  mark: string;
  ids: Ids;
}

/** Two organizations full of rows, and everybody who may call. */
export interface World {
  app: TestApp;
  callers: Caller[];
  /** The board that callers have rights on. */
  home: Place;
  /** Another board of the same organization. */
  elsewhere: Place;
  /** A board of another organization. */
  foreign: Place & { orgId: string };
  close(): Promise<void>;
}

/** Nothing here asks the internet. */
const MC_MIRROR_DIR = fileURLToPath(new URL('mirror', import.meta.url));

const NO_LIMITS = Object.fromEntries(
  ['AGENT', 'USER', 'FAILED_AUTH', 'INVITE', 'WEBHOOK', 'WEBHOOK_IP'].map((name) => [`RATE_LIMIT_${name}`, '1000000']),
);

export async function createWorld({ env, ...options }: TestAppOptions = {}): Promise<World> {
  const app = await createTestApp({
    ...options,
    decorate: describeApi,
    env: { ...NO_LIMITS, MC_MIRROR_DIR, DEFAULT_SKILL_PACKS: '', ...env },
  });
  const { orgId } = app.owner;
  const ours = await makeOrganizationRows(app, orgId, 'mark-ours');
  const home = await makeBoardRows(app, orgId, ours.ids, 'mark-home');
  const { group_id: _, ...ungrouped } = ours.ids;
  const elsewhere = await makeBoardRows(app, orgId, ungrouped, 'mark-elsewhere');
  const foreignOrgId = await makeOrganization(app, 'mark-foreign');
  await makeMember(app, foreignOrgId, { role: 'owner', all_boards_write: true, name: 'mark-foreign' });
  const theirs = await makeOrganizationRows(app, foreignOrgId, 'mark-foreign');
  const foreign = await makeBoardRows(app, foreignOrgId, theirs.ids, 'mark-foreign');
  const place = (mark: string, rows: { ids: Ids }, board: BoardRows) => ({ mark, ids: { ...rows.ids, ...board.ids } });
  return {
    app,
    callers: await makeCallers(app, ours, home, elsewhere),
    home: place('mark-home', ours, home),
    elsewhere: place('mark-elsewhere', ours, elsewhere),
    foreign: { ...place('mark-foreign', theirs, foreign), orgId: foreignOrgId },
    close: () => app.close(),
  };
}
