import { z } from 'zod';
import { SignedBundle } from '../bundles/bundles.schema.ts';

const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be 1 to 63 of a-z 0-9 . _ - and begin with a letter or digit');

export const EnrolAgent = z.object({
  slug: Slug,
  name: z.string().trim().min(1).max(200).optional(),
  agent_type: z.string().trim().min(1).max(128).optional(),
  framework: z.string().max(64).optional(),
  framework_version: z.string().max(64).optional(),
  version: z
    .object({
      label: z.string().max(200).optional(),
      git_sha: z.string().max(64).optional(),
      lockfile_hash: z.string().max(128).optional(),
    })
    .default({}),
  manifest: z.unknown().describe('A Manifest; unknown keys are reported, not refused.'),
  parents: z.array(Slug).max(64).default([]),
});
export type EnrolAgent = z.infer<typeof EnrolAgent>;

export const EnrolRequest = z
  .object({
    producer: z.uuid().describe('UUIDv7 that the process made at its start.'),
    sdk: z.string().max(64).optional(),
    host: z.string().max(256).optional(),
    pid: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .optional(),
    runtime: z.string().max(128).optional(),
    capabilities: z.record(z.string().max(64), z.unknown()).default({}),
    agents: z.array(EnrolAgent).min(1).max(100),
  })
  .meta({ id: 'EnrolRequest' });
export type EnrolRequest = z.infer<typeof EnrolRequest>;

export const EnrolledAgent = z
  .object({
    agent_id: z.uuid(),
    slug: z.string(),
    version_id: z.uuid(),
    version: z.int(),
    created: z.boolean(),
    version_created: z.boolean(),
    active: z.boolean().describe('Whether this version is the active one; else the process runs unapproved.'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'EnrolledAgent' });
export type EnrolledAgent = z.infer<typeof EnrolledAgent>;

export const EnrolResponse = z
  .object({
    token: z.string().describe('`mca_…`: valid for the agents listed; expires after 24 h without use.'),
    command_key: z.string().describe('Base64, 32 bytes: signs commands and bundles to this process.'),
    heartbeat_s: z.int(),
    agents: z.array(EnrolledAgent),
    bundles: z.array(SignedBundle),
  })
  .meta({ id: 'EnrolResponse' });
export type EnrolResponse = z.infer<typeof EnrolResponse>;
