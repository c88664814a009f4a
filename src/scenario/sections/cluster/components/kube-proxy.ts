/** `cluster.components.kubeProxy`, which a KubeProxyConfiguration among the manifests can say as well. */
import * as z from "zod";
import { type Micros, parseDuration } from "../../../../engine/duration.js";
import { durationText } from "../../../../model/duration-schema.js";
import {
  DEFAULT_MINOR,
  parsePatch,
  parseVersion,
  UDP_CONNTRACK_MODES,
  udpConntrackOf,
} from "../../../../model/kubernetes-version.js";
import type { KubeProxySettings } from "../../../../model/settings.js";
import { strictObject } from "../../../../model/strict-object.js";
import { PLANNED_MODES, PROXY_MODES, proxyModeNamed } from "../../../../node/service-proxy/kube-proxy/modes/modes.js";
import { assumed, describeAssumed } from "../../../assumptions.js";
import type { OtherMode } from "../../../manifests/kube-proxy-configuration.js";
import { oneOf } from "../../../not-modelled.js";
import type { Resolution } from "../../resolution.js";

const MODE_NAMES = PROXY_MODES.map(({ name }) => name) as [string, ...string[]];

export const kubeProxy = strictObject({
  mode: oneOf("the mode of kube-proxy", MODE_NAMES, PLANNED_MODES)
    .optional()
    .meta({ whenLeftOut: "iptables" })
    .describe("How kube-proxy programs the node. Default iptables."),
  minSyncPeriod: durationText
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.kubeProxy.minSyncPeriod") })
    .describe(describeAssumed("cluster.components.kubeProxy.minSyncPeriod")),
  syncPeriod: durationText
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.kubeProxy.syncPeriod") })
    .describe(describeAssumed("cluster.components.kubeProxy.syncPeriod")),
  udpConntrack: z
    .enum(["auto", ...UDP_CONNTRACK_MODES], {
      error: () => `udpConntrack is auto, ${UDP_CONNTRACK_MODES.join(", ")}`,
    })
    .prefault("auto")
    .describe("Which UDP conntrack entries a sync deletes; auto: as the Kubernetes version (and patch) does."),
});

type KubeProxySpec = Required<z.output<typeof kubeProxy>>;

export function resolveKubeProxy(
  resolution: Resolution,
  given: z.output<typeof kubeProxy>,
  kubernetesVersion: string,
): KubeProxySpec & KubeProxySettings {
  const { kubeProxy: manifest } = resolution;
  const minor = parseVersion(kubernetesVersion) ?? DEFAULT_MINOR;
  if (manifest?.otherMode !== undefined) tellOtherMode(manifest.otherMode, given.mode ?? null);
  const mode = given.mode ?? manifest?.mode ?? "iptables";
  return {
    ...given,
    mode,
    minSyncPeriod: proxyModeNamed(mode).minSyncPeriod(given.minSyncPeriod ?? manifest?.minSyncPeriod ?? 0),
    syncPeriod: given.syncPeriod ?? manifest?.syncPeriod ?? micros(assumed("cluster.components.kubeProxy.syncPeriod")),
    udpConntrack:
      given.udpConntrack === "auto" ? udpConntrackOf(minor, parsePatch(kubernetesVersion)) : given.udpConntrack,
  };
}

/** A mode that is not modelled is refused, unless the scenario says which one stands for it. */
function tellOtherMode({ name, field }: OtherMode, chosen: string | null): void {
  if (chosen !== null) {
    const message = `the mode ${name} is not modelled: kube-proxy runs in mode ${chosen} instead; the verdict may differ`;
    field.warn(message, "cluster.components.kubeProxy.mode of the scenario says so", true);
    return;
  }
  const [first, ...others] = PROXY_MODES.map((mode) => mode.name);
  const hint = `--set cluster.components.kubeProxy.mode=${first} goes on with that one (or ${others.join(", ")})`;
  field.error(`the mode ${name} is not modelled yet`, hint);
}

function micros(text: string): Micros {
  return parseDuration(text) ?? 0;
}
