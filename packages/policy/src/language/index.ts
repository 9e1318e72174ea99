import type { Ir } from '../ir.ts';
import { type CompileOptions, compileIr } from './compile/policy.ts';
import { type Finding, Report } from './findings.ts';
import { type PolicySource, readPolicy } from './grammar/policy.ts';
import { withFix } from './lint/fixes.ts';
import { lint } from './lint/lint.ts';
import type { Catalog } from './lint/scope.ts';
import { readSource } from './located.ts';
import { runTests, type TestResult } from './tests/run-tests.ts';

export { diffPolicies, type PolicyChange } from './diff/diff.ts';
export type { Finding, Fix, Range } from './findings.ts';
export { type PolicySource, policyJsonSchema } from './grammar/policy.ts';
export type { Catalog, CatalogTool } from './lint/scope.ts';
export type { TestResult } from './tests/run-tests.ts';

export interface CompiledPolicy {
  /** Undefined when lint found an error. */
  ir: Ir | undefined;
  source: PolicySource | undefined;
  findings: Finding[];
  tests: TestResult[];
}

/** Reads a policy without looking further; `source` is undefined when something in it cannot be read. */
export function parsePolicy(text: string): Pick<CompiledPolicy, 'source' | 'findings'> {
  const report = new Report();
  const read = readSource(text, report);
  const source = read && readPolicy(read, report);
  return { source: report.hasErrors ? undefined : source, findings: report.toFindings() };
}

/**
 * Reads, checks, compiles and tests a policy. Never throws for what is written: that is found, with line and column.
 * @param catalog what the agents in scope declare and who there is; without it names are not checked.
 * @param now decides whether an `until` is past.
 */
export function compilePolicy(
  text: string,
  options: CompileOptions & { catalog?: Catalog; now: Date },
): CompiledPolicy {
  const report = new Report();
  const read = readSource(text, report);
  const source = read && readPolicy(read, report);
  const ir = source && compileIr(source, options, report);
  if (source && ir) lint(source, ir, { report, now: options.now, catalog: options.catalog });
  const isGood = ir !== undefined && !report.hasErrors;
  const tests = isGood && source ? runTests(ir, source, options) : [];
  const found = report.toFindings();
  const findings = read ? found.map((finding) => withFix(finding, read)) : found;
  return { ir: isGood ? ir : undefined, source, findings, tests };
}
