/** `dnsPolicy` and `dnsConfig` of a pod, with the rules of the API server (core validation `validatePodDNSConfig`). */
import { type Address, parseAddress } from "../../model/address.js";
import type { PodDnsConfig, PodSpec } from "../../model/objects.js";
import { type Field, quoted } from "../documents/field.js";
import { isDnsSubdomain } from "./names.js";

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_LENGTH = 2048;

/** Enough of IPv6 to tell it from a typing error. */
const IPV6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/;

export function readPodDns(spec: Field): Pick<PodSpec, "dnsPolicy" | "dnsConfig"> {
  const field = spec.at("dnsPolicy");
  const dnsPolicy = field.oneOf(
    ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] as const,
    "ClusterFirst",
  );
  const config = spec.at("dnsConfig");
  if (dnsPolicy === "None" && config.at("nameservers").items().length === 0) {
    field.error("the policy None needs at least one nameserver", "add dnsConfig.nameservers");
  }
  return config.present ? { dnsPolicy, dnsConfig: readDnsConfig(config) } : { dnsPolicy };
}

function readDnsConfig(config: Field): PodDnsConfig {
  const nameservers = config.at("nameservers");
  if (nameservers.items().length > MAX_NAMESERVERS) nameservers.error(`more than ${MAX_NAMESERVERS} nameservers`);
  return {
    nameservers: nameservers.items().flatMap(readNameserver),
    searches: readSearches(config.at("searches")),
    options: config.at("options").items().map(readOption),
  };
}

function readNameserver(field: Field): Address[] {
  const text = field.text();
  const address = parseAddress(text);
  if (address !== null) return [address];
  if (IPV6.test(text)) field.warn(`only IPv4 is simulated: ${quoted(text)} is left out`, "", true);
  else field.error(`${quoted(text)} is no IP address`);
  return [];
}

function readSearches(field: Field): string[] {
  const searches = field.items().map((each) => {
    const text = each.text();
    // underscores are allowed here and nowhere else
    if (!isDnsSubdomain(text.replace(/\.$/, "").replaceAll("_", "x"))) each.error(`${quoted(text)} is no DNS name`);
    return text;
  });
  const length = searches.join(" ").length;
  if (searches.length > MAX_SEARCHES) field.error(`more than ${MAX_SEARCHES} search domains`);
  else if (length > MAX_SEARCH_LENGTH)
    field.error(`the search list has ${length} characters, at most 2048 are allowed`);
  return searches;
}

function readOption(field: Field): PodDnsConfig["options"][number] {
  const name = field.at("name").text();
  if (name === "") field.at("name").error("an option needs a name");
  return { name, value: field.at("value").present ? field.at("value").text() : null };
}
