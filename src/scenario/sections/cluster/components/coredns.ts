/** `spec.cluster.components.coredns` and the Corefile of the manifests to the settings of CoreDNS. */
import { kubeadmCorefile, kubeadmOptions } from "../../../../dns/addon/kubeadm-corefile.js";
import type { CorefileError } from "../../../../dns/corefile/corefile.js";
import { parseCorefile } from "../../../../dns/corefile/parser.js";
import { PLUGINS } from "../../../../dns/plugins/order.js";
import { configureServers } from "../../../../dns/server/configure.js";
import type { Minor } from "../../../../model/kubernetes-version.js";
import type { ClusterSettings, CoreDnsOptions, CoreDnsSettings } from "../../../../model/settings.js";
import { COREFILE_PATH, type ManifestCorefile } from "../../../manifests/corefiles.js";
import type { Resolution } from "../../resolution.js";
import type { ResolvedSection } from "../../resolved-section.js";
import type { CoreDnsSpec } from "./coredns-schema.js";

const PATH = ["cluster", "components", "coredns"];

/** Options that stand for lines of the Corefile. */
const OPTIONS = ["ttl", "cache", "lameduck", "cacheSkipsCluster"] as const;

export function resolveCoreDns(
  resolution: Resolution,
  given: CoreDnsSpec,
  clusterDomain: string,
  minor: Minor,
): ResolvedSection<CoreDnsSpec, CoreDnsSettings> {
  const { replicas, env: environment, queriesPerSecond, queueCapacity } = given;
  const settings = {
    replicas,
    environment: { ...environment },
    ...(queriesPerSecond === undefined ? {} : { queriesPerSecond }),
    ...(queueCapacity === undefined ? {} : { queueCapacity }),
  };
  const { corefile } = resolution;
  if (corefile !== null) {
    refuseOptions(resolution, given, corefile);
    return { spec: given, settings: { ...settings, corefile: corefile.text, ...filesOf(corefile), options: null } };
  }
  const options = optionsOf(given, kubeadmOptions(minor));
  return {
    spec: { ...given, ...writeOptions(options) },
    settings: { ...settings, corefile: kubeadmCorefile(clusterDomain, options), options },
  };
}

function filesOf({ files }: ManifestCorefile): Pick<CoreDnsSettings, "files"> {
  return Object.keys(files).length === 0 ? {} : { files };
}

function refuseOptions(resolution: Resolution, given: CoreDnsSpec, corefile: ManifestCorefile): void {
  for (const option of OPTIONS) {
    if (given[option] === undefined) continue;
    const { file, line } = corefile.locate({ line: 1, column: 1 });
    const hint = "change the Corefile, or leave it out of the manifests";
    resolution.error([...PATH, option], `the Corefile at ${file}:${line} decides this`, hint);
  }
}

function optionsOf(given: CoreDnsSpec, standard: CoreDnsOptions): CoreDnsOptions {
  return {
    ttlSeconds: given.ttl ?? standard.ttlSeconds,
    cacheSeconds: given.cache === false ? null : (given.cache ?? standard.cacheSeconds),
    cacheSkipsCluster: given.cacheSkipsCluster ?? standard.cacheSkipsCluster,
    lameduck: given.lameduck ?? standard.lameduck,
  };
}

function writeOptions({ ttlSeconds, cacheSeconds, cacheSkipsCluster, lameduck }: CoreDnsOptions) {
  return { ttl: ttlSeconds, lameduck, cache: cacheSeconds ?? (false as const), cacheSkipsCluster };
}

/** Reports what is wrong with the Corefile, at its place in the manifests. */
export function checkCorefile(resolution: Resolution, { coreDns, nodeResolvConf }: ClusterSettings): void {
  const { errors, warnings } = findingsOf(coreDns.corefile, coreDns, nodeResolvConf);
  for (const error of errors) reportCorefileError(resolution, error);
  const { corefile } = resolution;
  for (const { position, message, hint } of warnings) {
    if (corefile !== null) resolution.warnAt(corefile.locate(position), COREFILE_PATH, message, hint);
  }
}

/** What is wrong with a Corefile that churn brings. */
export function corefileErrors(
  { coreDns, nodeResolvConf }: ClusterSettings,
  text: string,
): readonly { readonly message: string; readonly hint: string }[] {
  return findingsOf(text, coreDns, nodeResolvConf).errors.map(({ position, message, hint }) => ({
    message: `line ${position.line}, column ${position.column} of the Corefile: ${message}`,
    hint,
  }));
}

interface Findings {
  readonly errors: readonly CorefileError[];
  readonly warnings: readonly CorefileError[];
}

function findingsOf(
  text: string,
  { environment, files = {} }: CoreDnsSettings,
  { search, nameservers }: ClusterSettings["nodeResolvConf"],
): Findings {
  const parsed = parseCorefile(text, { environment, files });
  if (parsed.corefile === null) return parsed;
  const context = { hostSearch: search, hostNameservers: nameservers, files };
  const { errors, warnings } = configureServers(parsed.corefile, PLUGINS, context);
  return { errors, warnings: [...parsed.warnings, ...warnings] };
}

function reportCorefileError(resolution: Resolution, { position, message, hint }: CorefileError): void {
  const { corefile } = resolution;
  if (corefile === null) resolution.error(PATH, `the Corefile of these options: ${message}`, hint);
  else resolution.errorAt(corefile.locate(position), COREFILE_PATH, message, hint);
}
