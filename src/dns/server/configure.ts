/**
 * Server blocks to configured servers: each directive goes to its plugin, and the plugins come out in the order of the
 * chain, whatever the order of the lines is (CoreDNS 1.14.7 plugin.cfg, core/dnsserver/register.go).
 */
import { nearestName } from "../../model/nearest-name.js";
import { COREDNS_DIRECTIVES, ONCE, WITHOUT_EFFECT } from "../corefile/coredns-directives.js";
import type {
  Corefile,
  CorefileError,
  Directive,
  ReportCorefileError,
  ServerBlock,
  ServerKey,
} from "../corefile/corefile.js";
import { shown } from "../corefile/zone-name.js";
import type { ConfiguredPlugin, Plugin, SetupContext } from "../plugins/plugin.js";

/** What plugins may know that is the same for all server blocks. */
export type ConfigureContext = Omit<SetupContext, "zones" | "report">;

/** A plugin with the name of its directive. */
export interface NamedPlugin extends ConfiguredPlugin {
  readonly name: string;
}

/** One server block, set up. */
export interface ConfiguredServer {
  readonly keys: readonly ServerKey[];
  /** In the order of the chain; those without handler among them. Empty: the server refuses every question. */
  readonly plugins: readonly NamedPlugin[];
}

export interface ConfiguredServers {
  /** In the order of the Corefile. Not to be used when there are errors. */
  readonly servers: readonly ConfiguredServer[];
  readonly errors: readonly CorefileError[];
  readonly warnings: readonly CorefileError[];
}

/** `plugins` are those that are modelled, in the order of the chain. */
export function configureServers(
  corefile: Corefile,
  plugins: readonly Plugin[],
  context: ConfigureContext,
): ConfiguredServers {
  const errors: CorefileError[] = [];
  const warnings: CorefileError[] = [];
  const report: ReportCorefileError = (position, message, hint = "", severity = "error") => {
    (severity === "error" ? errors : warnings).push({ position, message, hint });
  };
  const servers = corefile.blocks.map((block) => configureServer(block, plugins, context, report));
  errors.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  return { servers, errors, warnings };
}

function configureServer(
  { keys, directives }: ServerBlock,
  plugins: readonly Plugin[],
  context: ConfigureContext,
  report: ReportCorefileError,
): ConfiguredServer {
  const byName = new Map<string, Directive[]>();
  for (const directive of directives) {
    const { text } = directive.name;
    const same = byName.get(text);
    if (same === undefined) {
      byName.set(text, [directive]);
      checkName(directive, plugins, report);
    } else if (ONCE.has(text)) {
      const message = `${text} stands here a second time: the first is at line ${same[0]?.name.position.line}`;
      report(directive.name.position, message, "a server block has it once");
    } else same.push(directive);
  }
  const zones = keys.map(({ zone }) => zone);
  const configured = plugins.flatMap((plugin) => {
    const own = byName.get(plugin.name);
    if (own === undefined) return [];
    return plugin.setup(own, { ...context, zones, directives, report }).map((each) => ({ ...each, name: plugin.name }));
  });
  return { keys, plugins: configured };
}

/** Reports a directive that is no modelled plugin and could change answers, or that CoreDNS does not have. */
function checkName({ name }: Directive, plugins: readonly Plugin[], report: ReportCorefileError): void {
  const { text, position } = name;
  if (WITHOUT_EFFECT.has(text) || plugins.some((plugin) => plugin.name === text)) return;
  if (COREDNS_DIRECTIVES.includes(text)) {
    const known = plugins.filter((plugin) => !WITHOUT_EFFECT.has(plugin.name)).map((plugin) => plugin.name);
    report(
      position,
      `the plugin ${text} is not modelled yet`,
      `it could change answers; modelled: ${known.join(", ")}`,
    );
    return;
  }
  const near = nearestName(text, COREDNS_DIRECTIVES);
  const hint = near === null ? "a server block holds one directive a line" : `did you mean ${near}?`;
  report(position, `CoreDNS has no plugin ${shown(text)}`, hint);
}
