import { z } from 'zod';

export const ExportAccepted = z.object({ job_id: z.uuid() });

/** What the job of an export shows when it succeeded. */
export interface ExportResult {
  /** Below `/api/v1`. */
  path: string;
  bytes: number;
  rows: number;
}
