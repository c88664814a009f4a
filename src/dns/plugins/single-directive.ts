/**
 * Plugins that have one directive in a server block. Where CoreDNS takes several (health, loadbalance), the last one counts;
 * where it refuses a second one, `configureServers` has reported that already.
 */
import type { Directive } from "../corefile/corefile.js";
import { DirectiveReader } from "../corefile/directive-reader.js";
import type { SetupContext } from "./plugin.js";

export function readSingle(directives: readonly Directive[], context: SetupContext): DirectiveReader {
  const last = directives[directives.length - 1];
  if (last === undefined) throw new Error("a plugin is set up from at least one directive");
  return new DirectiveReader(last, context.report);
}
