import { createRoute, redirect } from '@tanstack/react-router';
import { rootRoute } from './frame.ts';

const NEW = { edit: 'new' };

const skills = createRoute({
  getParentRoute: () => rootRoute,
  path: '/skills',
  beforeLoad: () => {
    throw redirect({ to: '/skills/marketplace', search: {}, replace: true });
  },
});

const packNew = createRoute({
  getParentRoute: () => rootRoute,
  path: '/skills/packs/new',
  beforeLoad: () => {
    throw redirect({ to: '/skills/packs', search: NEW, replace: true });
  },
});

const packEdit = createRoute({
  getParentRoute: () => rootRoute,
  path: '/skills/packs/$packId/edit',
  beforeLoad: ({ params: { packId: edit } }) => {
    throw redirect({ to: '/skills/packs', search: { edit }, replace: true });
  },
});

const tagNew = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tags/add',
  beforeLoad: () => {
    throw redirect({ to: '/tags', search: NEW, replace: true });
  },
});

const tagEdit = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tags/$tagId/edit',
  beforeLoad: ({ params: { tagId: edit } }) => {
    throw redirect({ to: '/tags', search: { edit }, replace: true });
  },
});

const fieldNew = createRoute({
  getParentRoute: () => rootRoute,
  path: '/custom-fields/new',
  beforeLoad: () => {
    throw redirect({ to: '/custom-fields', search: NEW, replace: true });
  },
});

const fieldEdit = createRoute({
  getParentRoute: () => rootRoute,
  path: '/custom-fields/$fieldId/edit',
  beforeLoad: ({ params: { fieldId: edit } }) => {
    throw redirect({ to: '/custom-fields', search: { edit }, replace: true });
  },
});

const groupNew = createRoute({
  getParentRoute: () => rootRoute,
  path: '/board-groups/new',
  beforeLoad: () => {
    throw redirect({ to: '/board-groups', search: NEW, replace: true });
  },
});

const groupEdit = createRoute({
  getParentRoute: () => rootRoute,
  path: '/board-groups/$groupId/edit',
  beforeLoad: ({ params: { groupId: edit } }) => {
    throw redirect({ to: '/board-groups', search: { edit }, replace: true });
  },
});

/** Addresses of the console before this one, where forms were pages: bookmarks and links in messages keep working. */
export const oldAddresses = [
  ...[skills, packNew, packEdit],
  ...[tagNew, tagEdit],
  ...[fieldNew, fieldEdit],
  ...[groupNew, groupEdit],
] as const;
