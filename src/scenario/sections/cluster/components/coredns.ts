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
    return { spec: given, settings: { ...settings, corefile: corefile.text, options: null } };
  }
  const options = optionsOf(given, kubeadmOptions(minor));
  return {
    spec: { ...given, ...writeOptions(options) },
    settings: { ...settings, corefile: kubeadmCorefile(clusterDomain, options), options },
  };
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
  const errors = errorsOf(coreDns.corefile, coreDns, nodeResolvConf);
  for (const error of errors) reportCorefileError(resolution, error);
}

/** What is wrong with a Corefile that churn brings. */
export function corefileErrors(
  { coreDns, nodeResolvConf }: ClusterSettings,
  text: string,
): readonly { readonly message: string; readonly hint: string }[] {
  return errorsOf(text, coreDns, nodeResolvConf).map(({ position, message, hint }) => ({
    message: `line ${position.line}, column ${position.column} of the Corefile: ${message}`,
    hint,
  }));
}

function errorsOf(
  text: string,
  { environment }: CoreDnsSettings,
  { search, nameservers }: ClusterSettings["nodeResolvConf"],
): readonly CorefileError[] {
  const { corefile, errors } = parseCorefile(text, { environment });
  const context = { hostSearch: search, hostNameservers: nameservers };
  return corefile === null ? errors : configureServers(corefile, PLUGINS, context).errors;
}

function reportCorefileError(resolution: Resolution, { position, message, hint }: CorefileError): void {
  const { corefile } = resolution;
  if (corefile === null) resolution.error(PATH, `the Corefile of these options: ${message}`, hint);
  else resolution.errorAt(corefile.locate(position), COREFILE_PATH, message, hint);
}
