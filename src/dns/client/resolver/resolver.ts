/** A resolver that clients can have: one file, and one line in `resolvers.ts`. */
import type { Context } from "../../../engine/context.js";
import type { Resolve } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";

export interface Resolver {
  /** Name in a scenario and on the command line. */
  readonly name: string;
  /** One sentence: whose resolver it is, and what it does otherwise than the rest. */
  readonly summary: string;
  /** The resolver of one process, which knows the text of its resolv.conf and a way to its nameservers, and no cluster. */
  create(resolvConf: string, transport: Transport, context: Context): Resolve;
}
