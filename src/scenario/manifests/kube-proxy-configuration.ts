/** What a KubeProxyConfiguration document says about the settings that are modelled. */
import { type Micros, parseDuration, SECOND } from "../../engine/duration.js";
import type { KubeProxySettings } from "../../model/settings.js";
import { PROXY_MODES, proxyModeNamed, UPSTREAM_MODES } from "../../node/service-proxy/kube-proxy/modes/modes.js";
import { type Field, quoted } from "../documents/field.js";
import type { FieldTable } from "../kinds/field-table.js";

export const KUBE_PROXY_CONFIGURATION = {
  kind: "KubeProxyConfiguration",
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  type: "KubeProxyConfiguration",
  object: null,
} as const;

export const KUBE_PROXY_FIELDS: FieldTable = {
  modelled: {
    KubeProxyConfiguration: ["apiVersion kind mode", ...PROXY_MODES.map(({ section }) => section.key)].join(" "),
    ...Object.fromEntries(PROXY_MODES.map(({ section }) => [section.type, "minSyncPeriod syncPeriod"])),
  },
};

/** Of each setting null when the document does not give it. */
export type KubeProxyOverrides = { readonly [K in keyof KubeProxySettings]: KubeProxySettings[K] | null } & {
  /** The mode that the document asks for and that is not modelled: who chooses another one by hand goes on with that. */
  readonly otherMode?: OtherMode;
};

export interface OtherMode {
  readonly name: string;
  readonly field: Field;
}

/** kube-proxy treats a zero syncPeriod as left out; what a zero minSyncPeriod means is the mode's (statement DP-41). */
const DEFAULT_SYNC: Micros = 30 * SECOND;

export function readKubeProxy(root: Field): KubeProxyOverrides {
  const field = root.at("mode");
  const written = field.oneOf(UPSTREAM_MODES, "iptables");
  const isModelled = PROXY_MODES.some(({ name }) => name === written);
  const mode = isModelled && field.text() !== "" ? written : null;
  const section = root.at(proxyModeNamed(mode ?? "iptables").section.key);
  return {
    mode,
    minSyncPeriod: readPeriod(section.at("minSyncPeriod"), 0),
    syncPeriod: readPeriod(section.at("syncPeriod"), DEFAULT_SYNC),
    ...(isModelled ? {} : { otherMode: { name: written, field } }),
  };
}

function readPeriod(field: Field, otherwise: Micros): Micros | null {
  if (typeof field.value !== "string") return null;
  const period = parseDuration(field.value);
  if (period === null) field.error(`${quoted(field.value)} is no duration`, 'for instance "1s" or "500ms"');
  return period === 0 ? otherwise : period;
}
