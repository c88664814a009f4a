/**
 * kubernetes (CoreDNS 1.14.7, plugin/kubernetes): answers from this replica's index.
 *
 * A name that does not exist goes to the next plugin where `fallthrough` says so; else it is NXDOMAIN, or SERVFAIL while the
 * first list has not arrived. Left out: the plugin's own name server `ns.dns.<zone>`, zone transfers, IPv6.
 */
import type { Question } from "../../../model/dns.js";
import type { RecordIndex } from "../../record-index.js";
import { PendingAnswer } from "../../reply.js";
import { isInZones } from "../../zone.js";
import { type Certainty, type ChainedHandler, type Plugin, type PluginEnvironment, SERVER_FAILURE } from "../plugin.js";
import { readSingle } from "../single-directive.js";
import { KubernetesAnswers } from "./answers.js";
import { type ZoneName, ZoneNames } from "./name.js";
import { type KubernetesOptions, readKubernetesOptions } from "./options.js";

export const kubernetes: Plugin = {
  name: "kubernetes",
  setup: (directives, context) => {
    const options = readKubernetesOptions(readSingle(directives, context), context.zones);
    const names = new ZoneNames(options.zones);
    const { startupTimeout } = options;
    return [
      {
        keepable: true,
        lifecycle: { waitsForSync: true, startupTimeout, watchesPods: options.pods === "verified" },
        certainty: (question, index) => certaintyOf(question, index, names.of(question.name), options),
        handler: (environment) => kubernetesHandler(options, names, environment),
      },
    ];
  },
};

function kubernetesHandler(
  options: KubernetesOptions,
  names: ZoneNames,
  environment: PluginEnvironment,
): ChainedHandler {
  const answers = new KubernetesAnswers(options, environment, names);
  return (query, next) => {
    const name = names.of(query.question.name);
    if (name === null) return next(query);
    if (!environment.synced()) environment.validity.lower(query.now);
    const reply = answers.answer(query, name);
    if (reply instanceof PendingAnswer || reply.rcode !== "NXDOMAIN") return reply;
    if (isInZones(query.question.name, options.fallthrough)) return next(query);
    return environment.synced() ? reply : SERVER_FAILURE;
  };
}

function certaintyOf(
  question: Question,
  index: RecordIndex,
  name: ZoneName | null,
  options: KubernetesOptions,
): Certainty {
  if (name === null) return "passes";
  if (isInZones(question.name, options.fallthrough)) return "unknown";
  if (name.parsed.kind !== "service") return "answered";
  const alias = index.entry(name.parsed.key)?.service?.spec.externalName ?? null;
  return alias === null ? "answered" : "unknown";
}
