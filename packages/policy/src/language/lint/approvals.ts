import { compileGlob } from '../../globs.ts';
import { findNearest } from '../findings.ts';
import type { PolicySource, RuleSource } from '../grammar/policy.ts';
import type { Catalog, LintScope } from './scope.ts';

/** Approvers that do not exist (MC111) or are too few (MC140), and time that lets a call through (MC141). */
export function lintApprovals(source: PolicySource, scope: LintScope): void {
  for (const rule of source.rules) {
    lintPeople(rule, scope);
    lintNumbers(rule, scope);
    lintTimeout(rule, scope);
  }
}

const listPeople = ({ approval, kind, ...rule }: RuleSource): string[] => [
  ...(approval?.from ?? []),
  ...(approval?.joint ?? []),
  ...(approval?.escalate_to ?? []),
  ...(kind === 'escalate' && 'to' in rule.body ? rule.body.to : []),
];

function lintPeople(rule: RuleSource, { catalog, report }: LintScope): void {
  for (const who of listPeople(rule)) {
    const [, kind, name] = /^(role|user|group|channel):(.+)$/.exec(who) ?? [];
    if (kind === undefined || name === undefined) {
      const message = `"${who}" is nobody: write role:<name>, user:<e-mail>, group:<board group> or channel:<name>.`;
      report.error(rule.at, { code: 'MC111', message });
      continue;
    }
    const known = toKnown(catalog, kind);
    if (!known || known.includes(name)) continue;
    const nearest = findNearest(name, known);
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    report.warn(rule.at, { code: 'MC111', message: `There is no ${kind} "${name}".${hint}` });
  }
}

/** As many as must agree, and somebody for each place of others, without the owner where owners may not. */
function lintNumbers({ approval, at }: RuleSource, { catalog, report }: LintScope): void {
  if (!approval) return;
  const { from = [], joint = [], k = 1 } = approval;
  const areUsers = from.length > 0 && from.every((who) => who.startsWith('user:'));
  if (areUsers && new Set(from).size < k) {
    const message = `${k} people must agree, and only ${new Set(from).size} are named.`;
    report.error(at, { code: 'MC140', message });
    return;
  }
  const isOwnerOut = approval.exclude_owner === true || k + joint.length > 1;
  const owner = isOwnerOut ? catalog?.owner : undefined;
  const people = countPeople(from, catalog, owner);
  if (people !== undefined && people < k) {
    const message = `${k} people must agree, and only ${people} of ${from.join(', ')} may.`;
    report.warn(at, { code: 'MC140', message });
  }
  const empty = joint.filter((who) => countPeople([who], catalog, owner) === 0);
  if (empty.length > 0) report.warn(at, { code: 'MC140', message: `Nobody may agree for ${empty.join(', ')}.` });
}

/** Who there is behind some names, but for the owner; undefined where one of the names is not known. */
function countPeople(names: readonly string[], catalog: Catalog | undefined, owner: string | undefined) {
  if (names.length === 0 || !catalog?.people) return undefined;
  const found = names.map((who) => (who.startsWith('user:') ? [who.slice('user:'.length)] : catalog.people?.[who]));
  if (found.some((people) => people === undefined)) return undefined;
  const people = new Set(found.flatMap((emails) => emails ?? []).map((email) => email.toLowerCase()));
  people.delete(owner?.toLowerCase() ?? '');
  return people.size;
}

function toKnown(catalog: Catalog | undefined, kind: string): readonly string[] | undefined {
  if (kind === 'role') return catalog?.roles;
  if (kind === 'user') return catalog?.users;
  return kind === 'group' ? catalog?.board_groups : undefined;
}

function lintTimeout(rule: RuleSource, { catalog, report }: LintScope): void {
  const timeout =
    rule.kind === 'escalate' ? (rule.approval?.on_timeout ?? rule.body.on_timeout) : rule.approval?.on_timeout;
  if (timeout !== 'allow') return;
  const names = rule.kind === 'tools' ? [...(rule.body.match ?? []), ...(rule.body.allow ?? [])] : [];
  const dangerous = (catalog?.tools ?? []).filter(
    ({ name, side_effect }) =>
      side_effect === 'non_idempotent' && (names.length === 0 || names.some(({ value }) => compileGlob(value)(name))),
  );
  const [tool] = dangerous;
  if (tool)
    report.error(rule.at, {
      code: 'MC141',
      message: `${tool.name} cannot be taken back: when nobody answers it must be denied (on_timeout: deny).`,
    });
}
