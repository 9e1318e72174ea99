import type { Draft } from '../events/draft.ts';

/** The answer to a batch as it is stored, so that a repeated batch gets the same one. */
export interface StoredAnswer {
  accepted: number;
  /** Lines of a type that this server does not know. */
  ignored: number;
  rejected: { line: number; code: string; detail: string }[];
  rejected_total: number;
  /** Blobs that are referred to and absent. */
  need: string[];
  /** Runs whose held payloads must be uploaded although they are not sampled. */
  keep: string[];
}

/** A batch that was read and waits to be committed. */
export interface PreparedBatch {
  orgId: string;
  producerId: string;
  batch: number;
  draft: Draft;
  answer: StoredAnswer;
}

export interface CommittedAnswer {
  duplicate: boolean;
  answer: StoredAnswer;
}
