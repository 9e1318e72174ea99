import type { TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { listAccessRows, saveAccessRows } from '../board-access/access-rows.store.ts';
import { toStoredAccess } from '../board-access/board-access.rules.ts';
import { memberAdded, memberUpdated } from './members.events.ts';
import { mergeRights, type Rights } from './members.rules.ts';
import type { OrganizationMemberRead } from './members.schema.ts';
import { getMember } from './members.service.ts';
import { insertMember, lockMemberOfUser, type MemberRow, saveMember } from './members.store.ts';

/** Makes a person a member with what is offered; who is one already keeps what they have and gets the rest. */
export async function joinOrganization(tx: TxContext, userId: string, offer: Rights): Promise<OrganizationMemberRead> {
  const known = await lockMemberOfUser(tx, userId);
  const id = known ? await raise(tx, known, offer) : await add(tx, userId, offer);
  const member = await getMember(tx, id);
  await publish(tx, known ? memberUpdated : memberAdded, { subjectId: id, data: { member } });
  return member;
}

async function add(tx: TxContext, userId: string, { role, ...offer }: Rights): Promise<string> {
  const id = newId(tx.now());
  const { board_access, ...flags } = toStoredAccess(offer);
  await insertMember(tx, { ...flags, id, user_id: userId, role });
  await saveAccessRows(tx, id, board_access);
  return id;
}

async function raise(tx: TxContext, { id, role, all_boards_read, all_boards_write }: MemberRow, offer: Rights) {
  const held = { role, all_boards_read, all_boards_write, board_access: await listAccessRows(tx.db, id) };
  const merged = mergeRights(held, offer);
  await saveMember(tx, id, merged);
  await saveAccessRows(tx, id, merged.board_access);
  return id;
}
