/** Every connection policy, by the name that scenarios give it. A new one is a file and a line here. */
import { fresh } from "./fresh.js";
import { hold } from "./hold.js";
import type { ConnectionPolicy } from "./policy.js";

export const CONNECTION_POLICIES: readonly ConnectionPolicy[] = [fresh, hold];

/** The policy of that name; throws when there is none. */
export function connectionPolicy(name: string): ConnectionPolicy {
  const policy = CONNECTION_POLICIES.find((each) => each.name === name);
  if (policy === undefined) throw new Error(`there is no connection policy ${name}`);
  return policy;
}
