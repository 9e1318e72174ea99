import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

export const tagKeys = { all: ['tags'] as const };

/** The organization's tags, by name. At most 200. */
export const tagsQuery = queryOptions({
  queryKey: tagKeys.all,
  queryFn: ({ signal }) => read(api.GET('/api/v1/tags', { signal, params: { query: { limit: 200 } } })),
});

export interface TagInput {
  name: string;
  /** Made from the name when left out. */
  slug?: string;
  color: string;
  description: string | null;
}

export const createTag = (body: TagInput) => read(api.POST('/api/v1/tags', { body }));

export const updateTag = (tagId: string, body: Partial<TagInput>) =>
  read(api.PATCH('/api/v1/tags/{tag_id}', { params: { path: { tag_id: tagId } }, body }));

export const deleteTag = (tagId: string) =>
  read(api.DELETE('/api/v1/tags/{tag_id}', { params: { path: { tag_id: tagId } } }));
