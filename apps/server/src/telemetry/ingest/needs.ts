import type { Platform } from '#server/platform/context.ts';
import type { Draft } from '../events/draft.ts';
import { findStoredBlobs } from './ingest.store.ts';

/** Two generations of so many blobs each. */
const GENERATION = 50_000;

/** Finds the payloads that a batch refers to and that neither came with it nor are stored. */
export interface Needs {
  find(orgId: string, draft: Draft): Promise<string[]>;
  /** Notes the blobs of a committed batch. */
  remember(orgId: string, draft: Draft): void;
}

export function createNeeds({ db }: Platform): Needs {
  let young = new Set<string>();
  let old = new Set<string>();
  const add = (key: string) => {
    if (young.size >= GENERATION) {
      old = young;
      young = new Set();
    }
    young.add(key);
  };
  return {
    async find(orgId, { blobs, refs }) {
      const missing = new Map(
        [...refs.values()].map((ref) => {
          const hash = Buffer.from(ref.hash).toString('hex');
          return [`${ref.day}${hash}`, { ref, hash }];
        }),
      );
      for (const key of missing.keys())
        if (blobs.has(key) || young.has(orgId + key) || old.has(orgId + key)) missing.delete(key);
      const stored = await findStoredBlobs(
        db,
        orgId,
        [...missing.values()].map(({ ref }) => ref),
      );
      for (const key of stored) {
        add(orgId + key);
        missing.delete(key);
      }
      return [...missing.values()].map(({ hash }) => hash);
    },
    remember(orgId, { blobs }) {
      for (const key of blobs.keys()) add(orgId + key);
    },
  };
}
