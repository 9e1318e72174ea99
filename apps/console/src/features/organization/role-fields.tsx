import { Field } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';

export const ROLES = ['member', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

const hints: Record<Role, string> = {
  member: 'Works on the boards given below; sees nothing else.',
  admin: 'Manages boards, members, keys and rules. Boards are given below: the role alone reads none.',
  owner: 'An admin who may also make owners and delete the organization. There is always at least one.',
};

interface RoleFieldProps {
  role: Role;
  onChange: (role: Role) => void;
  /** Only owners make owners. */
  isOwner: boolean;
}

/** What somebody may do in the organization. */
export function RoleField({ role, onChange, isOwner }: RoleFieldProps) {
  return (
    <Field label="Role" hint={hints[role]}>
      {(ids) => (
        <Select {...ids} value={role} onChange={(event) => onChange(event.target.value as Role)}>
          {ROLES.filter((choice) => isOwner || choice !== 'owner' || role === 'owner').map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Select>
      )}
    </Field>
  );
}
