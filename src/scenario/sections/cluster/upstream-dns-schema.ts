/** `spec.cluster.upstreamDNS`: what the DNS servers outside the cluster know, and how long they take. */
import * as z from "zod";
import { durationText } from "../../../model/duration-schema.js";
import { assumed, describeAssumed } from "../../assumptions.js";
import { strictObject } from "../../strict-object.js";

const addresses = z.union([z.string(), z.array(z.string()).min(1).max(100)], {
  error: () => "an IPv4 address, or a list of them",
});

export const upstreamDnsSchema = strictObject({
  records: z
    .record(z.string(), addresses)
    .prefault({})
    .describe("Names outside the cluster, in lower case, and their IPv4 addresses."),
  aliases: z
    .record(z.string(), z.string())
    .prefault({})
    .describe("Names outside the cluster that are aliases (CNAME) of others."),
  latency: durationText
    .prefault(assumed("cluster.upstreamDNS.latency"))
    .describe(describeAssumed("cluster.upstreamDNS.latency")),
});

export type UpstreamDnsSpec = z.output<typeof upstreamDnsSchema>;
